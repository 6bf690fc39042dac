package io.lacewing.node.connection;

import io.lacewing.router.Message;
import io.lacewing.router.RetainedIndex;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicName;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The retained messages that a transient session is still owed, handed out as fast as its client takes them. A copy that
 * is no longer the topic's present one is left out, as the live message that replaced it reaches the session too; and so
 * is one that the session has been sent live since it subscribed.
 */
final class RetainedFeed {
    private static final int MAX_LIVE = 10_000;

    /** A retained message and the subscription that it is sent for. */
    record Item(Subscription subscription, Message message) {}

    /** What one subscription is owed: an iteration over a snapshot, so that a million messages are not a list. */
    private record Source(Subscription subscription, Iterator<Message> messages) {}

    private final ArrayDeque<Source> sources = new ArrayDeque<>(2);
    private final String clientId;
    private final Map<TopicName, Long> live = new HashMap<>();
    private int open;

    RetainedFeed(String clientId) {
        this.clientId = clientId;
    }

    /** A SUBSCRIBE begins: from now on live messages may come before the retained ones. */
    void open() {
        open++;
    }

    /** Its retained messages have been added. */
    void close() {
        open--;
    }

    /** The session is sent a live message. */
    void sawLive(Message message) {
        if (message.retainedVersion() != 0 && live.size() < MAX_LIVE) {
            live.put(message.topic(), message.retainedVersion());
        }
    }

    /** The subscription is owed all that its filter matches in {@code retained}, but its own if it is No Local. */
    void add(Subscription subscription, RetainedIndex retained) {
        sources.add(new Source(subscription, retained.matching(subscription.filter())));
    }

    /** The next one to send; null if none is left now. */
    @Nullable
    Item next(RetainedIndex present) {
        Source source;
        while ((source = sources.peek()) != null) {
            while (source.messages().hasNext()) {
                Message message = source.messages().next();
                if (isOwed(source.subscription(), message, present)) {
                    return new Item(source.subscription(), message);
                }
            }
            sources.remove();
        }
        return null;
    }

    private boolean isOwed(Subscription subscription, Message message, RetainedIndex present) {
        if (subscription.noLocal() && clientId.equals(message.publisher())) {
            return false;
        }
        Message now = present.get(message.topic());
        Long seen = live.get(message.topic());
        return now != null
                && now.retainedVersion() == message.retainedVersion()
                && (seen == null || seen < message.retainedVersion())
                && !message.isExpired(Times.nowIfExpiring(message));
    }

    /** True if nothing is left and no SUBSCRIBE is under way. */
    boolean isDone() {
        return open == 0 && sources.isEmpty();
    }
}
