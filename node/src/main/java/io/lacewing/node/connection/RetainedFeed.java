package io.lacewing.node.connection;

import io.lacewing.router.Message;
import io.lacewing.router.RetainedIndex;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicName;
import java.util.ArrayDeque;
import java.util.HashMap;
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

    private final ArrayDeque<Item> items = new ArrayDeque<>();
    private final Map<TopicName, Long> live = new HashMap<>();
    private int open;

    /** A SUBSCRIBE begins: from now on live messages may come before the retained ones. */
    void open() {
        open++;
    }

    /** Its retained messages have been added. */
    void close() {
        open--;
        if (open == 0) {
            live.clear();
        }
    }

    /** The session is sent a live message. */
    void sawLive(Message message) {
        if (open > 0 && message.retainedVersion() != 0 && live.size() < MAX_LIVE) {
            live.put(message.topic(), message.retainedVersion());
        }
    }

    /** The subscription is owed all that its filter matches in {@code retained}, but No Local [MQTT-3.8.3-3]. */
    void add(Subscription subscription, String clientId, RetainedIndex retained) {
        retained.match(subscription.filter(), message -> {
            Long seen = live.get(message.topic());
            boolean own = subscription.noLocal() && clientId.equals(message.publisher());
            if (!own && (seen == null || seen < message.retainedVersion())) {
                items.add(new Item(subscription, message));
            }
        });
    }

    /** The next one to send; null if none is left now. */
    @Nullable
    Item next(RetainedIndex present) {
        Item item;
        while ((item = items.poll()) != null) {
            Message message = item.message();
            Message now = present.get(message.topic());
            if (now != null
                    && now.retainedVersion() == message.retainedVersion()
                    && !message.isExpired(Times.nowIfExpiring(message))) {
                return item;
            }
        }
        return null;
    }

    /** True if nothing is left and no SUBSCRIBE is under way. */
    boolean isDone() {
        return open == 0 && items.isEmpty();
    }
}
