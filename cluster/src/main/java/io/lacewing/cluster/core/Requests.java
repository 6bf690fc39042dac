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
 */
final class Requests {
    /** A request that wants no answer. */
    static final long NONE = 0;

    private final long patience;
    private final Now now;
    private final Effects effects;
    /** When each ends, in order: all have the same patience. */
    private final Map<Long, Long> waiting = new LinkedHashMap<>();

    Requests(long patience, Now now, Effects effects) {
        this.patience = patience;
        this.now = now;
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
        if (request == NONE || waiting.remove(request) == null) {
            return false;
        }
        effects.add(new Effect.Reply(request, answer));
        return true;
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
            expired.add(entry.getKey());
        }
        if (!expired.isEmpty()) {
            effects.add(
                    new Effect.Note(Effect.Event.REQUEST_TIMED_OUT, expired.size(), "requests without answer in time"));
        }
        return expired;
    }
}
