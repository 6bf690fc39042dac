package io.lacewing.cluster.core;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages to nodes, this one included: what a node says to itself goes the same way as what it says to others,
 * only without a wire. So each part knows one way, and no part calls another that is in the middle of something.
 */
final class Post {
    private final long self;
    private final Links links;
    private final ArrayDeque<Local> local = new ArrayDeque<>();

    /** A message to this node itself. */
    record Local(NodeMessage message, @Nullable Token token) {}

    Post(long self, Links links) {
        this.self = self;
        this.links = links;
    }

    /** Sends a message that nobody waits for. */
    void send(long to, NodeMessage message) {
        send(to, message, null);
    }

    /** As {@link Links#send}; {@code token} comes back when {@code to} has acted on the message or is gone. */
    void send(long to, NodeMessage message, @Nullable Token token) {
        if (to == self) {
            local.add(new Local(message, token));
        } else {
            links.send(to, message, token);
        }
    }

    /** True if so much waits for this node that what may be dropped should be. */
    boolean isOverloaded(long to) {
        return to != self && links.isOverloaded(to);
    }

    /** True if what is sent to this node has a chance to arrive. */
    boolean isPeer(long to) {
        return to == self || links.isPeer(to);
    }

    /** The next message to this node itself, or null. */
    @Nullable
    Local poll() {
        return local.poll();
    }
}
