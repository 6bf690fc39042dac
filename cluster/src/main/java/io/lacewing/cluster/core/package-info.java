/** What a node of the cluster decides, in pure Java: no Vert.x, no Hazelcast, no clocks, no threads. */
@NullMarked
package io.lacewing.cluster.core;

import org.jspecify.annotations.NullMarked;
