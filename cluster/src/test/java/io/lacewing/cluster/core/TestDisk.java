package io.lacewing.cluster.core;

import io.lacewing.persistence.shard.Shard;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The data directory of a node of a {@link TestCluster}: it outlives the node. */
final class TestDisk {
    private final TreeMap<Integer, byte[]> copies = new TreeMap<>();
    final List<TableRecord> records = new ArrayList<>();
    final Set<Integer> doubtful = new HashSet<>();
    NodeState state;
    long aliveAt;
    boolean recordsDoubtful;
    /** The disk takes nothing while set. */
    boolean stuck;

    final List<Effect.KeepRecords> waiting = new ArrayList<>();

    TestDisk(long identity) {
        state = NodeState.of(identity);
    }

    Recovered recovered() {
        List<Offer> offers = new ArrayList<>();
        copies.forEach((number, bytes) -> {
            Shard shard = Shard.restore(bytes);
            offers.add(new Offer(number, shard.epoch(), shard.sequence(), doubtful.contains(number)));
        });
        return new Recovered(true, state, offers, List.copyOf(records), aliveAt, recordsDoubtful);
    }

    /** A replica has applied something. */
    void write(Shard replica) {
        copies.put(replica.number(), replica.snapshot());
        doubtful.remove(replica.number());
    }

    void forget(int shard) {
        copies.remove(shard);
    }

    boolean has(int shard) {
        return copies.containsKey(shard);
    }

    /** The copy that is there. */
    @Nullable
    Shard copy(int shard) {
        byte[] bytes = copies.get(shard);
        return bytes == null ? null : Shard.restore(bytes);
    }
}
