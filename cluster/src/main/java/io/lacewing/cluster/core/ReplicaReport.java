package io.lacewing.cluster.core;

/**
 * One replica's word on what it holds after a batch or an installed copy: the proof of a copy.
 *
 * @param shard which shard
 * @param member the incarnation of the node that holds the replica
 * @param epoch the replica's epoch
 * @param sequence the last batch it applied
 * @param hash its rolling hash after that batch
 * @param gap true if it was given a batch that is not the next, and applied nothing: it needs a fresh copy
 */
public record ReplicaReport(int shard, long member, long epoch, long sequence, long hash, boolean gap) {}
