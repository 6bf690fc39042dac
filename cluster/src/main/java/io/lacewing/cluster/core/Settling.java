package io.lacewing.cluster.core;

import java.util.HashMap;
import java.util.Map;

/**
 * Finds out when the other nodes have taken all that this node has sent to them so far. A client whose connection ends may
 * publish at another node next; its shard is told of the end only then, so that what it published here is not overtaken by
 * what it publishes there [MQTT-4.6.0-6].
 */
final class Settling {
    private final Links links;
    private final Requests requests;
    /** How many peers each request waits for. */
    private final Map<Long, Integer> waiting = new HashMap<>();

    Settling(Links links, Requests requests) {
        this.links = links;
        this.requests = requests;
    }

    /** Answers the request when all that was sent up to now is taken, or who should take it is gone. */
    void settle(long request) {
        requests.open(request);
        int peers = links.mark(new Token.SettlePart(request));
        if (peers == 0) {
            requests.reply(request, new Effect.Answer.Ok());
        } else {
            waiting.put(request, peers);
        }
    }

    /** A peer has taken what was sent to it, or is gone. */
    void partDone(Token.SettlePart part) {
        Integer left = waiting.computeIfPresent(part.request(), (request, peers) -> peers == 1 ? null : peers - 1);
        if (left == null) {
            requests.reply(part.request(), new Effect.Answer.Ok());
        }
    }
}
