/**
 * What a replicated shard is to that which replicates it: a deterministic state machine, batches for it, what its copies
 * report, who has them. Pure Java: no Vert.x, no Hazelcast, no clocks, no threads.
 */
@NullMarked
package io.lacewing.cluster.replica;

import org.jspecify.annotations.NullMarked;
