/**
 * The ports of the core on Hazelcast and on the clustered event bus: shards replicated by Hazelcast, the shared tables,
 * frames between nodes, formation of the cluster. The only package that knows Hazelcast.
 */
@NullMarked
package io.lacewing.cluster.hazelcast;

import org.jspecify.annotations.NullMarked;
