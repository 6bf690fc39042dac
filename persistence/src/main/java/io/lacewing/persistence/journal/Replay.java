package io.lacewing.persistence.journal;

import io.lacewing.persistence.codec.CodecException;
import io.lacewing.persistence.shard.Batch;
import io.lacewing.persistence.shard.BatchCodec;
import io.lacewing.persistence.shard.Shard;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The shards, brought to where the records lead. A shard is <em>suspect</em> from a place on where records are missing,
 * until something proves that none of its own were: the next batch follows, a copy comes, or a STANDING is where the shard
 * is. It is <em>damaged</em> when something proves the contrary, until a copy comes; it then stays at its last good standing.
 */
final class Replay {
    private final Map<Integer, At> shards = new TreeMap<>();
    /** Named by records, but no copy has come yet: those whose copy was in a segment that has been cleaned away. */
    private final Set<Integer> withoutCopy = new TreeSet<>();

    private static final class At {
        final Shard copy;
        long segment;
        long bytes;
        String suspect = "";
        String damaged = "";
        String doubtful = "";

        At(Shard copy) {
            this.copy = copy;
        }

        void damage(String why) {
            if (damaged.isEmpty()) {
                damaged = why;
            }
        }

        /** To be added where it was suspect. */
        String because() {
            return suspect.isEmpty() ? "" : ", as " + suspect;
        }

        String why() {
            return !damaged.isEmpty() ? damaged : !doubtful.isEmpty() ? doubtful : suspect;
        }
    }

    /** The bytes of a record are whole, but this build makes no sense of them. */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreadable(CodecException cause) {
            super(cause);
        }
    }

    void batch(int shard, Standing after, long hashBefore, byte[] encoded) throws Unreadable {
        At at = shards.get(shard);
        if (at == null) {
            withoutCopy.add(shard);
            return;
        }
        if (!at.damaged.isEmpty()) {
            return;
        }
        Batch batch;
        try {
            batch = BatchCodec.decode(encoded);
        } catch (CodecException e) {
            throw new Unreadable(e);
        }
        Shard.Verdict verdict = batch.shard() == shard ? at.copy.check(batch) : Shard.Verdict.GAP;
        if (verdict == Shard.Verdict.ALREADY_APPLIED) {
            return;
        }
        if (verdict != Shard.Verdict.OK || at.copy.hash() != hashBefore) {
            at.damage(after + " does not follow " + Standing.of(at.copy) + at.because());
            return;
        }
        at.copy.apply(batch, encoded);
        at.suspect = "";
        if (!Standing.of(at.copy).equals(after)) {
            at.damage(after + " led to another state than when it was written");
        }
    }

    void copy(int shard, Standing standing, byte[] snapshot, boolean doubtful, long segment, long bytes)
            throws Unreadable {
        At at;
        try {
            at = new At(Shard.restore(snapshot));
        } catch (CodecException e) {
            throw new Unreadable(e);
        }
        at.segment = segment;
        at.bytes = bytes;
        if (at.copy.number() != shard || !Standing.of(at.copy).equals(standing)) {
            at.damage("its copy is not at the standing under which it was written");
        } else if (doubtful) {
            at.doubtful = "it was doubtful when the node was started before";
        }
        shards.put(shard, at);
        withoutCopy.remove(shard);
    }

    void forget(int shard) {
        shards.remove(shard);
        withoutCopy.remove(shard);
    }

    void standings(List<Standings.Of> all) {
        Map<Integer, Standings.Of> named = new HashMap<>();
        all.forEach(of -> named.put(of.shard(), of));
        withoutCopy.retainAll(named.keySet());
        shards.forEach((shard, at) -> {
            if (!named.containsKey(shard) && at.suspect.isEmpty()) {
                at.damage("the journal had no copy of it at a later place");
            }
        });
        // What it does not name had been forgotten, in a place that is missing now.
        shards.entrySet()
                .removeIf(entry -> !named.containsKey(entry.getKey())
                        && entry.getValue().damaged.isEmpty());
        named.forEach((shard, of) -> {
            At at = shards.get(shard);
            if (at == null) {
                withoutCopy.add(shard);
            } else if (at.damaged.isEmpty()) {
                compare(at, of);
            }
        });
    }

    private static void compare(At at, Standings.Of of) {
        if (!Standing.of(at.copy).equals(of.standing())) {
            at.damage("it had been at " + of.standing() + " and is at " + Standing.of(at.copy) + at.because());
        } else if (of.doubtful() && at.doubtful.isEmpty()) {
            at.doubtful = at.suspect.isEmpty() ? "it was doubtful when the node was started before" : at.suspect;
        }
        at.suspect = "";
    }

    /** Records are missing here. */
    void hole(String why) {
        shards.values().forEach(at -> at.suspect = at.suspect.isEmpty() ? why : at.suspect);
    }

    /** The end of what was written here may be missing. */
    void doubt(String why) {
        shards.values().forEach(at -> at.doubtful = at.doubtful.isEmpty() ? why : at.doubtful);
    }

    /** Everything has been read. */
    List<RecoveredShard> recovered() {
        List<RecoveredShard> all = new ArrayList<>();
        shards.forEach((shard, at) ->
                all.add(new RecoveredShard(shard, at.copy, !at.why().isEmpty(), at.why())));
        return all;
    }

    /** Shards that records speak of and of which there is no copy. */
    Set<Integer> withoutCopy() {
        return new HashSet<>(withoutCopy);
    }

    /** Enters the shards where they stand. */
    void into(Contents contents) {
        shards.forEach((shard, at) -> {
            Contents.At place = contents.at(shard);
            place.epoch = at.copy.epoch();
            place.sequence = at.copy.sequence();
            place.hash = at.copy.hash();
            place.doubtful = !at.why().isEmpty();
            place.copySegment = at.segment;
            place.copyBytes = at.bytes;
        });
    }
}
