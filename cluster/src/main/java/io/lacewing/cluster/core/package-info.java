/**
 * What a node does in the cluster, decided in pure Java: inputs and the time go in, effects come out. One {@code NodeCore}
 * per node, owned by one event loop. Nothing here knows Vert.x, Hazelcast, clocks or threads.
 */
@NullMarked
package io.lacewing.cluster.core;

import org.jspecify.annotations.NullMarked;
