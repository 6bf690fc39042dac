package io.lacewing.cluster.hazelcast;

import io.lacewing.cluster.replica.BatchEffects;
import io.lacewing.cluster.replica.Replica;
import io.lacewing.cluster.replica.ReplicaBatch;
import io.lacewing.cluster.replica.ReplicaFactory;
import io.lacewing.cluster.replica.ReplicaState;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A state machine that makes a mistake visible: one origin numbers what it appends, 1, 2, 3 and so on. The machine takes
 * only the next number and hashes the list, so afterwards the hash can be computed from the count alone.
 */
final class CountingReplica implements Replica {
    private static final int HEAD = 5 * Long.BYTES;

    /** Bytes of a number in a batch. */
    static final int OP = Long.BYTES;

    private ReplicaState state;
    private long last;
    private long listHash;
    private final byte[] ballast;
    private final Runnable onSnapshot;

    private CountingReplica(ReplicaState state, long last, long listHash, byte[] ballast, Runnable onSnapshot) {
        this.state = state;
        this.last = last;
        this.listHash = listHash;
        this.ballast = ballast;
        this.onSnapshot = onSnapshot;
    }

    /** Replicas; the copies of shard 0 are this much bigger than they need to be. */
    static ReplicaFactory factory(int ballast) {
        return factory(ballast, () -> {});
    }

    /** The same; {@code onSnapshot} is told whenever a copy is made of one. */
    static ReplicaFactory factory(int ballast, Runnable onSnapshot) {
        return new ReplicaFactory() {
            @Override
            public Replica create(int shard) {
                return new CountingReplica(
                        new ReplicaState(0, 0, 0), 0, 0, new byte[shard == 0 ? ballast : 0], onSnapshot);
            }

            @Override
            public Replica restore(int shard, byte[] snapshot) {
                ByteBuffer in = ByteBuffer.wrap(snapshot);
                ReplicaState state = new ReplicaState(in.getLong(), in.getLong(), in.getLong());
                long last = in.getLong();
                long listHash = in.getLong();
                byte[] ballast = Arrays.copyOfRange(snapshot, HEAD, snapshot.length);
                return new CountingReplica(state, last, listHash, ballast, onSnapshot);
            }
        };
    }

    /** What the list hash must be once 1 to {@code count} were appended, each once and in order. */
    static long hashOf(long count) {
        long hash = 0;
        for (long number = 1; number <= count; number++) {
            hash = mix(hash, number);
        }
        return hash;
    }

    /** A batch that appends the numbers {@code from} to {@code to}. */
    static byte[] ops(long from, long to) {
        ByteBuffer out = ByteBuffer.allocate((int) (to - from + 1) * OP);
        for (long number = from; number <= to; number++) {
            out.putLong(number);
        }
        return out.array();
    }

    @Override
    public ReplicaState state() {
        return state;
    }

    @Override
    public BatchEffects apply(ReplicaBatch batch) {
        ByteBuffer in = ByteBuffer.wrap(batch.ops());
        while (in.hasRemaining()) {
            long number = in.getLong();
            if (number < 0) {
                throw new IllegalArgumentException("asked to fail");
            }
            if (number == last + 1) {
                last = number;
                listHash = mix(listHash, number);
            }
        }
        long hash = mix(mix(state.hash(), batch.sequence()), listHash);
        state = new ReplicaState(batch.epoch(), batch.sequence(), hash);
        return new Counted(last, listHash);
    }

    @Override
    public byte[] snapshot() {
        onSnapshot.run();
        return ByteBuffer.allocate(HEAD + ballast.length)
                .putLong(state.epoch())
                .putLong(state.sequence())
                .putLong(state.hash())
                .putLong(last)
                .putLong(listHash)
                .put(ballast)
                .array();
    }

    /** One step of the list's hash. */
    static long mix(long hash, long value) {
        long mixed = (hash ^ value) * 0x9E3779B97F4A7C15L;
        return mixed ^ (mixed >>> 29);
    }

    /**
     * What the machine had after a batch.
     *
     * @param last the greatest number, so that all up to it are in
     * @param listHash of all numbers
     */
    record Counted(long last, long listHash) implements BatchEffects {}
}
