package io.lacewing.node;

import io.lacewing.persistence.session.SessionLimits;
import io.lacewing.persistence.shard.NearlyFull;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Says which sessions' queues become nearly full, before anything is dropped: one line for each, but not more than a few a
 * second, and then how many more there were. One thread. Times are those of System.nanoTime().
 */
final class QueueWatch {
    private static final int LINES = 10;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Consumer<String> log;
    private boolean counting;
    private long since;
    private int said;
    private int unsaid;

    QueueWatch(Consumer<String> log) {
        this.log = log;
    }

    /** A session's queue has become nearly full. */
    void nearlyFull(NearlyFull session, long now) {
        tick(now);
        if (!counting) {
            counting = true;
            since = now;
        }
        if (said < LINES) {
            said++;
            log.accept(line(session));
        } else {
            unsaid++;
        }
    }

    /** Time passes: what was held back is summed up when its second is over. */
    void tick(long now) {
        if (counting && now - since >= SECOND) {
            if (unsaid > 0) {
                log.accept("and " + unsaid + " more sessions whose queue is nearly full");
            }
            counting = false;
            said = 0;
            unsaid = 0;
        }
    }

    private static String line(NearlyFull session) {
        SessionLimits limits = session.limits();
        String then = switch (limits.policy()) {
            case DROP_OLDEST -> "the oldest are dropped";
            case DROP_NEWEST -> "further ones are dropped";
            case REJECT -> "further ones are rejected";
        };
        return "The queue of " + printable(session.clientId()) + " is nearly full: " + session.queued() + " of "
                + limits.maxQueued() + " messages, " + session.bytes() + " of " + limits.maxQueuedBytes()
                + " bytes; when it is full, " + then + " (limits.queuePolicy)";
    }

    /** A client chooses its id: it must not be able to write lines of its own. */
    private static String printable(String clientId) {
        StringBuilder text = new StringBuilder(clientId.length());
        clientId.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.LINE_SEPARATOR ? '?' : c)
                .forEach(text::appendCodePoint);
        return text.toString();
    }
}
