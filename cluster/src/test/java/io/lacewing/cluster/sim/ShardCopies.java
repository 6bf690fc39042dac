package io.lacewing.cluster.sim;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The copies of shards in the memory of all nodes. A crash takes a node's with it. */
final class ShardCopies {
    private final Map<Place, Replica> copies = new HashMap<>();

    private record Place(long incarnation, int shard) {}

    @Nullable
    Replica get(long incarnation, int shard) {
        return copies.get(new Place(incarnation, shard));
    }

    void put(long incarnation, int shard, Replica replica) {
        copies.put(new Place(incarnation, shard), replica);
    }

    void drop(long incarnation, int shard) {
        copies.remove(new Place(incarnation, shard));
    }

    /** A node is gone. */
    void forget(long incarnation) {
        copies.keySet().removeIf(place -> place.incarnation() == incarnation);
    }

    /** A copy as bytes, empty if there is none. */
    byte[] snapshot(long incarnation, int shard) {
        Replica replica = get(incarnation, shard);
        return replica == null ? new byte[0] : replica.snapshot();
    }

    /** Puts in place what {@link #snapshot} gave. */
    void install(long incarnation, int shard, byte[] snapshot) {
        if (snapshot.length == 0) {
            drop(incarnation, shard);
        } else {
            put(incarnation, shard, Replica.restore(snapshot));
        }
    }
}
