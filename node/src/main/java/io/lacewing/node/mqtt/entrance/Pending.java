package io.lacewing.node.mqtt.entrance;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The connections that have sent no CONNECT yet, of which there may be so many. At that bound a new one takes the place of one
 * that keeps others waiting: the one that has been silent for longest, if that is a second or more; else the one that began to
 * speak first, if it has had half of its time. If there is none of these, the new one is refused.
 *
 * <p>Why so: who opens connections and says nothing, or a byte now and then, holds a place only until somebody else
 * needs it, so he shuts nobody out unless he comes again faster than that. To drop the oldest always would be worse when all
 * clients come back at once and wait for their handshakes of TLS: those would go whose turn comes next, and their work
 * would be lost. To refuse the newest always would let a flood hold all places for as long as connectTimeout.
 *
 * <p>Thread-safe; the lock is held for a look-up or two.
 */
final class Pending {
    /** A client's first bytes are there after a round trip. */
    static final long SILENCE_NANOS = 1_000_000_000L;

    private final int max;
    private final long speechNanos;

    /** Each with when it came, the first first. */
    private final SequencedMap<Visit, Long> silent = new LinkedHashMap<>();

    /** Each with when its first bytes came, the first first. */
    private final SequencedMap<Visit, Long> speaking = new LinkedHashMap<>();

    /**
     * Makes one in which nobody is.
     *
     * @param max the most at a time
     * @param speechNanos after this time a place may be lost, however much was said
     */
    Pending(int max, long speechNanos) {
        this.max = max;
        this.speechNanos = speechNanos;
    }

    /**
     * Takes one more in.
     *
     * @return the one that is to be closed for it: another, itself if it is refused, null if there is room
     */
    synchronized @Nullable Visit add(Visit visit, long now) {
        Visit out = null;
        if (size() >= max) {
            out = overdue(silent, SILENCE_NANOS, now);
            out = out == null ? overdue(speaking, speechNanos, now) : out;
            if (out == null) {
                return visit;
            }
            remove(out);
        }
        silent.put(visit, now);
        return out;
    }

    private static @Nullable Visit overdue(SequencedMap<Visit, Long> visits, long nanos, long now) {
        Map.Entry<Visit, Long> first = visits.firstEntry();
        return first != null && now - first.getValue() >= nanos ? first.getKey() : null;
    }

    /** Its first bytes have come. */
    synchronized void heard(Visit visit, long now) {
        if (silent.remove(visit) != null) {
            speaking.put(visit, now);
        }
    }

    /** It is not waited for any more. */
    synchronized void remove(Visit visit) {
        if (silent.remove(visit) == null) {
            speaking.remove(visit);
        }
    }

    synchronized int size() {
        return silent.size() + speaking.size();
    }
}
