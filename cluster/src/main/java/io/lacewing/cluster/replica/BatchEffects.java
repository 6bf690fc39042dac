package io.lacewing.cluster.replica;

/**
 * What a batch did to a replica: results and effects. Every replica computes it, only the member that submitted the
 * batch is handed it. Opaque to what carries it.
 */
public interface BatchEffects {}
