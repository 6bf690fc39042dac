package io.lacewing.node.connection;

import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.RetainedIndex;
import io.lacewing.router.Subscription;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The retained messages that subscriptions of a persistent session are owed, in parts that its queue has room for: the
 * next one is due when the client has taken most of those before it. Owned by the connection's event loop.
 */
final class RetainedParts {
    private static final int MAX_PART = 256;

    /** One part; the first of a subscription may be empty, as the session waits for it. */
    record Part(Subscription subscription, List<Message> messages) {}

    /** One subscription and what is left of the messages that its filter matched. */
    private record Source(Subscription subscription, Iterator<Message> messages) {}

    private final String clientId;
    private final int partSize;
    private final int maxOwed;
    private final int maxUnacknowledged;
    private final ArrayDeque<Source> sources = new ArrayDeque<>();
    private boolean begun;
    private boolean underWay;

    /** QoS 1 and 2 messages of parts that have not been seen on their way to the client; some may never be. */
    private int owed;

    RetainedParts(String clientId, int maxQueued, int window) {
        this.clientId = clientId;
        this.partSize = Math.clamp(maxQueued / 4, 1, MAX_PART);
        this.maxOwed = maxQueued / 2;
        this.maxUnacknowledged = window / 2;
    }

    /** The subscription is owed all that its filter matches in {@code retained}, but its own if it is No Local. */
    void add(Subscription subscription, RetainedIndex retained) {
        sources.add(new Source(subscription, retained.matching(subscription.filter())));
    }

    /** True if nothing is left. */
    boolean isDone() {
        return sources.isEmpty() && !underWay;
    }

    /** The client is sent a retained message at QoS 1 or 2. */
    void sent() {
        owed = Math.max(0, owed - 1);
    }

    /** The last part is in the session's queue, or on its way to the client. */
    void arrived() {
        underWay = false;
    }

    /**
     * The next part; null if none is left, or it has to wait.
     *
     * @param unacknowledged messages that the client has been sent: while its window is not full the queue is empty
     * @param quiet true if no op of the session is unanswered, so that what is still owed was dropped
     */
    @Nullable
    Part next(RetainedIndex present, int unacknowledged, boolean quiet) {
        Source source = sources.peek();
        if (source == null || underWay) {
            return null;
        }
        if (unacknowledged > maxUnacknowledged || (owed + partSize > maxOwed && owed > 0 && !quiet)) {
            return null;
        }
        if (quiet) {
            owed = 0;
        }
        Subscription subscription = source.subscription();
        List<Message> messages = new ArrayList<>();
        while (messages.size() < partSize && source.messages().hasNext()) {
            Message message = source.messages().next();
            if (isOwed(subscription, message, present)) {
                messages.add(message);
                owed += subscription.qos().min(message.qos()) == Qos.AT_MOST_ONCE ? 0 : 1;
            }
        }
        boolean needed = !begun || !messages.isEmpty();
        begun = source.messages().hasNext();
        if (!begun) {
            sources.remove();
        }
        if (!needed) {
            return next(present, unacknowledged, quiet);
        }
        underWay = true;
        return new Part(subscription, List.copyOf(messages));
    }

    /** What was replaced since the SUBSCRIBE has come as a live message. */
    private boolean isOwed(Subscription subscription, Message message, RetainedIndex present) {
        if (subscription.noLocal() && clientId.equals(message.publisher())) {
            return false;
        }
        Message now = present.get(message.topic());
        return now != null
                && now.retainedVersion() == message.retainedVersion()
                && !message.isExpired(Times.nowIfExpiring(message));
    }
}
