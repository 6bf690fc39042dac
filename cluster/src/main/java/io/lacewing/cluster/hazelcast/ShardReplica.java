package io.lacewing.cluster.hazelcast;

import io.lacewing.cluster.replica.BatchEffects;
import io.lacewing.cluster.replica.Replica;
import io.lacewing.cluster.replica.ReplicaBatch;
import io.lacewing.cluster.replica.ReplicaFactory;
import io.lacewing.cluster.replica.ReplicaState;
import io.lacewing.persistence.shard.Applied;
import io.lacewing.persistence.shard.BatchCodec;
import io.lacewing.persistence.shard.Shard;
import io.lacewing.persistence.shard.ShardLimits;

/** A copy of a shard of sessions, as it is replicated: what travels are batches in their own encoding. */
final class ShardReplica implements Replica {
    private final Shard shard;

    private ShardReplica(Shard shard) {
        this.shard = shard;
    }

    /** What a batch of sessions' ops did. */
    record Effects(Applied applied) implements BatchEffects {}

    /** Makes copies of shards with these limits. */
    static ReplicaFactory factory(ShardLimits limits) {
        return new ReplicaFactory() {
            @Override
            public Replica create(int number) {
                return new ShardReplica(new Shard(number, limits));
            }

            @Override
            public Replica restore(int number, byte[] snapshot) {
                return new ShardReplica(Shard.restore(snapshot));
            }
        };
    }

    @Override
    public ReplicaState state() {
        return new ReplicaState(shard.epoch(), shard.sequence(), shard.hash(), shard.owner());
    }

    @Override
    public BatchEffects apply(ReplicaBatch batch) {
        return new Effects(shard.apply(BatchCodec.decode(batch.ops()), batch.ops()));
    }

    @Override
    public byte[] snapshot() {
        return shard.snapshot();
    }
}
