package io.lacewing.node.connection;

import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.RetainedIndex;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicFilter;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The retained messages that subscriptions of a persistent session are owed, in parts that its queue has room for: the
 * next one is due when the client has taken most of those before it. Owned by the connection's event loop.
 */
final class RetainedParts {
    private static final int MAX_PART = 256;

    /** One part; the first of a subscription may be empty, as the session waits for it. */
    record Part(Subscription subscription, List<Message> messages) {}

    private final String clientId;
    private final int partSize;
    private final int maxOwed;
    private final int maxUnacknowledged;
    private final RetainedSources sources;
    private boolean underWay;

    /** QoS 1 and 2 messages of parts that have not been seen on their way to the client; some may never be. */
    private int owed;

    /**
     * For the session of this client; {@code nextTurn} and {@code goOn} as {@link RetainedSources} has them.
     *
     * @param maxQueued messages that the session's queue has room for
     * @param window messages that are sent unacknowledged
     */
    RetainedParts(String clientId, int maxQueued, int window, Consumer<Runnable> nextTurn, Runnable goOn) {
        this.clientId = clientId;
        this.sources = new RetainedSources(nextTurn, goOn);
        this.partSize = Math.clamp(maxQueued / 4, 1, MAX_PART);
        this.maxOwed = maxQueued / 2;
        this.maxUnacknowledged = window / 2;
    }

    /** The subscription is owed all that its filter matches in {@code retained}, but its own if it is No Local. */
    void add(Subscription subscription, RetainedIndex retained) {
        sources.add(subscription, retained);
    }

    /** There is no such subscription any more: it is owed nothing. */
    void remove(TopicFilter filter) {
        sources.remove(filter);
    }

    /** True if nothing is left. */
    boolean isDone() {
        return sources.size() == 0 && !underWay;
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
     * The next part; null if none is left, or it has to wait or to be sought in the next turn.
     *
     * @param unacknowledged messages that the client has been sent: while its window is not full the queue is empty
     * @param quiet true if no op of the session is unanswered, so that what is still owed was dropped
     */
    @Nullable
    Part next(RetainedIndex present, int unacknowledged, boolean quiet) {
        RetainedSources.Source source;
        while ((source = sources.first()) != null && !underWay) {
            if (unacknowledged > maxUnacknowledged || (owed + partSize > maxOwed && owed > 0 && !quiet)) {
                return null;
            }
            if (quiet) {
                owed = 0;
            }
            if (!fill(source, present)) {
                return null;
            }
            if (!source.hasNext()) {
                sources.remove(source.subscription().filter());
            }
            List<Message> messages = List.copyOf(source.found());
            if (source.begin() || !messages.isEmpty()) {
                Qos qos = source.subscription().qos();
                owed += (int) messages.stream()
                        .filter(message -> qos.min(message.qos()) != Qos.AT_MOST_ONCE)
                        .count();
                underWay = true;
                return new Part(source.subscription(), messages);
            }
        }
        return null;
    }

    /** Takes a part's messages from the source. False if that has to go on in the next turn. */
    private boolean fill(RetainedSources.Source source, RetainedIndex present) {
        while (source.found().size() < partSize) {
            if (!sources.seek(source)) {
                return false;
            }
            if (!source.hasNext()) {
                return true;
            }
            Message message = source.next();
            if (isOwed(source.subscription(), message, present)) {
                source.found().add(message);
            }
        }
        return sources.seek(source);
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
