package io.lacewing.cluster.core;

import java.util.ArrayDeque;
import java.util.Map;

/**
 * Finds out when the other nodes have taken all that this node has sent to them so far. A client whose connection ends may
 * publish at another node next; its shard is told of the end only then, so that what it published here at QoS 0, which nobody
 * answers for, is not overtaken by what it publishes there [MQTT-4.6.0-6]. It does not see what waits here for a shard that
 * moves.
 */
final class Settling {
    private final Links links;
    private final Requests requests;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    /** A request, and what each peer must take before it is answered. Whatever satisfies a later one satisfies this. */
    private record Waiting(long request, Map<Long, Long> numbers) {}

    Settling(Links links, Requests requests) {
        this.links = links;
        this.requests = requests;
    }

    /** Answers the request, by {@link #advance}, when all that was sent up to now is taken, or who should take it is gone. */
    void settle(long request) {
        requests.open(request);
        waiting.add(new Waiting(request, links.untaken()));
    }

    /** Answers what can be answered, and forgets what nobody waits for any more. */
    void advance() {
        Waiting first = waiting.peek();
        while (first != null && (isTaken(first) || !requests.isOpen(first.request))) {
            waiting.poll();
            requests.reply(first.request, new Effect.Answer.Ok());
            first = waiting.peek();
        }
    }

    private boolean isTaken(Waiting one) {
        for (Map.Entry<Long, Long> entry : one.numbers.entrySet()) {
            if (!links.hasTaken(entry.getKey(), entry.getValue())) {
                return false;
            }
        }
        return true;
    }

    /** How many wait. */
    int size() {
        return waiting.size();
    }
}
