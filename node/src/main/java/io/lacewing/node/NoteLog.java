package io.lacewing.node;

import io.lacewing.cluster.core.Effect.Event;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * Logs what the core notes: what comes of one kind between two calls of {@link #flush} becomes one line, as what befalls one
 * shard often befalls all of them at once. Thread-safe.
 */
final class NoteLog {
    private static final int SHOWN = 5;

    /** Notes of one kind since the last flush. */
    private static final class Gathered {
        private long count;
        private long notes;
        private final List<String> details = new ArrayList<>(SHOWN);

        void add(long more, String detail) {
            count += more;
            notes++;
            if (details.size() < SHOWN && !details.contains(detail)) {
                details.add(detail);
            }
        }

        @Override
        public String toString() {
            String more = notes > details.size() ? " ..." : "";
            return count + " (" + String.join("; ", details) + more + ")";
        }
    }

    private final Logger log;
    private Map<Event, Gathered> waiting = new EnumMap<>(Event.class);

    NoteLog(Logger log) {
        this.log = log;
    }

    /** Something was noted. */
    synchronized void note(Event event, long count, String detail) {
        if (log.isEnabledForLevel(level(event))) {
            waiting.computeIfAbsent(event, kind -> new Gathered()).add(count, detail);
        }
    }

    /** Logs what was noted since the last time. */
    void flush() {
        Map<Event, Gathered> noted;
        synchronized (this) {
            if (waiting.isEmpty()) {
                return;
            }
            noted = waiting;
            waiting = new EnumMap<>(Event.class);
        }
        noted.forEach((event, gathered) -> log.atLevel(level(event)).log("{}: {}", words(event), gathered));
    }

    private static Level level(Event event) {
        return switch (event) {
            case SHARD_LOST, SHARD_CLOSED, SHARD_FORCED, DIGEST_DIFFERS, REPLICA_DIVERGED, FOREIGN_NODE -> Level.WARN;
            case FORWARD_DROPPED, REQUEST_TIMED_OUT, OWED_REFUSED, SHARD_NEARLY_FULL -> Level.WARN;
            case SHARD_RECOVERED, VOTERS_CHANGED, ROUTES_OF_DEAD_NODE_DROPPED -> Level.INFO;
            // A gap is what a copy has that was made while a batch was under way: no fault, and repaired. That the node
            // is paused, its readiness says.
            case REPLICA_GAP, SHARD_CREATED, SHARD_TAKEN_OVER, SHARE_WITHOUT_MEMBER, RETAINED_FULL, PAUSED, RESUMED ->
                Level.DEBUG;
        };
    }

    private static String words(Event event) {
        return switch (event) {
            case SHARD_LOST -> "shards begin empty, as all their copies are lost";
            case SHARD_CLOSED -> "shards are closed until nodes with their copies come";
            case SHARD_FORCED -> "shards opened as an operator wanted, from what there is";
            case SHARD_RECOVERED -> "shards recovered from disk";
            case SHARD_CREATED -> "shards created";
            case SHARD_TAKEN_OVER -> "shards taken over";
            case DIGEST_DIFFERS -> "rows of shared tables differed between nodes, and were mended";
            case REPLICA_DIVERGED -> "copies of shards differed from their owner's, and are replaced";
            case REPLICA_GAP -> "copies of shards were behind, and are replaced";
            case FORWARD_DROPPED -> "messages to other homes dropped";
            case SHARD_NEARLY_FULL ->
                "shards nearly full: when they are, messages are dropped as limits.queuePolicy says";
            case OWED_REFUSED -> "messages that shards owed were refused by full ones";
            case REQUEST_TIMED_OUT -> "requests had no answer in time";
            case FOREIGN_NODE -> "members that belong to another cluster, and are not answered";
            case VOTERS_CHANGED -> "voters changed";
            case ROUTES_OF_DEAD_NODE_DROPPED -> "routes of a node that left dropped";
            case SHARE_WITHOUT_MEMBER -> "messages of share groups without a member";
            case RETAINED_FULL -> "messages not retained, as there are as many as may be";
            case PAUSED -> "paused";
            case RESUMED -> "goes on";
        };
    }
}
