package io.lacewing.cluster.core;

import io.lacewing.cluster.core.Effect.Answer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Requests of connections that wait for their answer. Each is answered once: by what it asked for, or, after its time,
 * that this is unavailable. What was asked may still happen later, but an attach
 * is taken back.
 *
 * <p>While the node has no lease, only what is unavailable is answered; the rest waits, in order, for the lease or its time.
 */
final class Requests {
    /** A request that wants no answer. */
    static final long NONE = 0;

    private final long patience;
    private final Now now;
    private final Majority majority;
    private final Effects effects;
    /** When each ends, in order: all have the same patience. */
    private final Map<Long, Long> waiting = new LinkedHashMap<>();
    /** The answers that wait for the lease. */
    private final Map<Long, Answer> held = new LinkedHashMap<>();

    Requests(long patience, Now now, Majority majority, Effects effects) {
        this.patience = patience;
        this.now = now;
        this.majority = majority;
        this.effects = effects;
    }

    /** A request begins to wait. */
    void open(long request) {
        if (request != NONE) {
            waiting.put(request, now.steady() + patience);
        }
    }

    /**
     * Answers a request.
     *
     * @return false if nobody waits for it, or no more
     */
    boolean reply(long request, Answer answer) {
        if (request == NONE || !waiting.containsKey(request)) {
            return false;
        }
        if (!(answer instanceof Answer.Unavailable)) {
            if (held.containsKey(request)) {
                return false;
            }
            if (!majority.isGood()) {
                held.put(request, answer);
                return true;
            }
        }
        waiting.remove(request);
        held.remove(request);
        effects.add(new Effect.Reply(request, answer));
        return true;
    }

    /** True while somebody waits for the answer. */
    boolean isOpen(long request) {
        return waiting.containsKey(request);
    }

    /** The node has its lease: what waited for it is answered. */
    void release() {
        held.forEach((request, answer) -> {
            waiting.remove(request);
            effects.add(new Effect.Reply(request, answer));
        });
        held.clear();
    }

    /** Time passes: those that waited too long are answered, and returned. */
    List<Long> tick() {
        List<Long> expired = new ArrayList<>(0);
        Iterator<Map.Entry<Long, Long>> entries = waiting.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<Long, Long> entry = entries.next();
            if (entry.getValue() > now.steady()) {
                break;
            }
            effects.add(new Effect.Reply(entry.getKey(), new Answer.Unavailable("no answer in time")));
            entries.remove();
            held.remove(entry.getKey());
            expired.add(entry.getKey());
        }
        if (!expired.isEmpty()) {
            effects.add(
                    new Effect.Note(Effect.Event.REQUEST_TIMED_OUT, expired.size(), "requests without answer in time"));
        }
        return expired;
    }
}
