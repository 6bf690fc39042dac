package io.lacewing.cluster.runtime;

import io.lacewing.persistence.shard.Batch;

/**
 * Where the shards' replicas are. Every method is called on the core's context and answers by inputs to the core, later or
 * at once.
 */
public interface ShardPort {

    /** As {@code Effect.OpenShard}. */
    void open(int shard);

    /** As {@code Effect.CreateShard}. */
    void create(int shard);

    /** As {@code Effect.SubmitBatch}. */
    void submit(Batch batch);

    /** As {@code Effect.InstallCopies}. */
    void install(int shard, long epoch, long sequence);

    /** As {@code Effect.ExpectCopy}. */
    void expect(int shard, long epoch, long sequence);

    /** As {@code Effect.SendCopy}. */
    void send(int shard, long epoch, long sequence);

    /** As {@code Effect.ForgetCopy}. */
    void forget(int shard);
}
