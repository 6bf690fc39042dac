package io.lacewing.cluster.core;

import io.lacewing.router.Digest;
import io.lacewing.router.Message;
import io.lacewing.router.RetainedIndex;
import io.lacewing.router.TopicName;
import java.util.Comparator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The retained messages of the cluster, and beside them the broker's own rows ({@link OwnTopics}), which are kept and repaired the
 * same way, but found in an index of their own, so that nothing that reads retained messages comes across them. One that expires becomes a tombstone of the same version here, on each node by
 * itself: so it is neither found nor brought back by a node whose clock is behind.
 */
final class RetainedTable extends SharedTable<TopicName, TableRecord.Retained> {
    private static final int EXPIRIES_AT_ONCE = 1000;

    private record Expiry(long at, TopicName topic) {}

    private final TreeSet<Expiry> expiries =
            new TreeSet<>(Comparator.comparingLong(Expiry::at).thenComparing(Expiry::topic));
    private RetainedIndex index = RetainedIndex.empty();
    private RetainedIndex own = RetainedIndex.empty();
    private long highest;

    @Override
    TopicName key(TableRecord.Retained record) {
        return record.topic();
    }

    @Override
    boolean isLive(TableRecord.Retained record) {
        return record.message() != null;
    }

    @Override
    long keyHash(TopicName key) {
        return Digest.hash(key.utf8());
    }

    @Override
    boolean apply(TableRecord.Retained record, long time) {
        highest = Math.max(highest, record.version().major());
        return super.apply(record, time);
    }

    @Override
    void replace(TableRecord.@Nullable Retained old, TableRecord.Retained record) {
        Message before = old == null ? null : old.message();
        if (before != null && before.expiresAt() != Message.NEVER) {
            expiries.remove(new Expiry(before.expiresAt(), before.topic()));
        }
        Message message = record.message();
        if (OwnTopics.has(record.topic())) {
            own = changed(own, record);
        } else {
            index = changed(index, record);
        }
        if (message != null && message.expiresAt() != Message.NEVER) {
            expiries.add(new Expiry(message.expiresAt(), record.topic()));
        }
    }

    private static RetainedIndex changed(RetainedIndex in, TableRecord.Retained record) {
        Message message = record.message();
        return message == null ? in.without(record.topic()) : in.with(message);
    }

    /**
     * Lets messages go whose expiry interval has passed [MQTT-3.3.2-5]; if they are many, the rest next time.
     *
     * @param now milliseconds since the epoch
     * @param time steady milliseconds
     */
    void expire(long now, long time) {
        for (int i = 0; i < EXPIRIES_AT_ONCE && !expiries.isEmpty(); i++) {
            Expiry first = expiries.getFirst();
            if (first.at() > now) {
                return;
            }
            TableRecord.Retained old = get(first.topic());
            if (old == null) {
                throw new IllegalStateException("an expiry of nothing: " + first);
            }
            put(first.topic(), old, new TableRecord.Retained(first.topic(), old.version(), null), time);
        }
    }

    /**
     * A version that is higher than all that were ever seen or made here, and no less than the time. Always odd: the node's
     * event loops, which have a clock of their own, give out even ones.
     */
    long nextVersion(long now) {
        highest = Math.max(now << 16, highest + 1) | 1;
        return highest;
    }

    /** The live messages of clients. */
    RetainedIndex index() {
        return index;
    }

    /** The broker's own rows. */
    RetainedIndex own() {
        return own;
    }
}
