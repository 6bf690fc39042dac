package io.lacewing.persistence.shard;

import io.lacewing.persistence.session.DropCause;
import io.lacewing.persistence.session.QueuePolicy;
import io.lacewing.persistence.session.Session;
import io.lacewing.router.Message;
import java.util.Comparator;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Room in a shard that holds all it may. Where sessions drop their oldest message at their own bound, the shard does so at
 * its: the session for which most waits gives its oldest, again and again, until there is room. So who sleeps on a long queue
 * pays for it, and not those who read. Messages in flight, sessions, subscriptions and the outbox are never dropped: if these
 * take all the room, there is none.
 *
 * <p><i>Most</i> is by bytes, each session's for itself, to an eighth or so; of equals the session that is longest there. Both
 * follow from the state, so every replica drops the same. To find it takes the logarithm of the number of sessions; while the
 * shard is far from full nothing is kept for it.
 *
 * <p>What comes frees at most twice what it takes itself. So it costs little, and where the bound has suddenly become much
 * smaller, nobody loses at once what was over it: the shard shrinks as fast as messages come.
 */
final class Room {
    private static final Comparator<ClientRecord> FULLEST_FIRST =
            Comparator.<ClientRecord>comparingInt(record -> -record.rank).thenComparing(Comparator.naturalOrder());

    private final ShardState state;

    /** The records for whose session something waits; null while the shard has not been full since it was half full. */
    private @Nullable SortedSet<ClientRecord> fullest;

    Room(ShardState state) {
        this.state = state;
    }

    /** True if there is room for something of this size, made now if need be. */
    boolean isThereFor(long size) {
        return !state.isFull() || make(size);
    }

    /** As {@link #isThereFor(long)}, for one session more that keeps the message. */
    boolean isThereFor(Message message) {
        return !state.isFull() || make(state.ledger.cost(message));
    }

    private boolean make(long size) {
        if (state.limits.session().policy() != QueuePolicy.DROP_OLDEST) {
            return false;
        }
        long before = state.bytes();
        SortedSet<ClientRecord> sorted = sorted();
        while (state.isFull() && before - state.bytes() < 2 * size && !sorted.isEmpty()) {
            ClientRecord record = sorted.first();
            Session session = record.session;
            if (session == null) {
                throw new IllegalStateException("nothing waits for " + record.clientId);
            }
            session.dropOldest(DropCause.SHARD_FULL);
            state.followQueue(record);
        }
        return !state.isFull() || before - state.bytes() >= size;
    }

    /** What waits for the record's session may have changed, or the record goes. */
    void follow(ClientRecord record) {
        SortedSet<ClientRecord> sorted = fullest;
        if (sorted == null) {
            return;
        }
        if (state.bytes() < state.limits.maxBytes() / 2) {
            fullest = null;
            return;
        }
        int rank = rank(record);
        if (rank != record.rank) {
            sorted.remove(record);
            record.rank = rank;
            add(sorted, record);
        }
    }

    private SortedSet<ClientRecord> sorted() {
        SortedSet<ClientRecord> sorted = fullest;
        if (sorted == null) {
            sorted = new TreeSet<>(FULLEST_FIRST);
            for (ClientRecord record : state.clients()) {
                record.rank = rank(record);
                add(sorted, record);
            }
            fullest = sorted;
        }
        return sorted;
    }

    private static void add(SortedSet<ClientRecord> sorted, ClientRecord record) {
        if (record.rank > 0) {
            sorted.add(record);
        }
    }

    /** Grows with what waits, by one for an eighth to a quarter of a doubling; so it seldom changes. 0: nothing waits. */
    private static int rank(ClientRecord record) {
        long bytes = record.session == null ? 0 : record.session.queuedBytes();
        if (bytes == 0) {
            return 0;
        }
        long scaled = bytes << 3;
        int log = 63 - Long.numberOfLeadingZeros(scaled);
        return (log << 3) | (int) ((scaled >>> (log - 3)) & 7);
    }
}
