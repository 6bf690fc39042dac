package io.lacewing.node.connection;

import io.lacewing.router.Message;
import io.lacewing.router.RetainedIndex;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
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

    private final RetainedSources sources;
    private final String clientId;
    private final Map<TopicName, Long> live = new HashMap<>();
    private int open;

    /** For the session of this client; {@code nextTurn} and {@code goOn} as {@link RetainedSources} has them. */
    RetainedFeed(String clientId, Consumer<Runnable> nextTurn, Runnable goOn) {
        this.clientId = clientId;
        this.sources = new RetainedSources(nextTurn, goOn);
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
        sources.add(subscription, retained);
    }

    /** There is no such subscription any more: it is owed nothing. */
    void remove(TopicFilter filter) {
        sources.remove(filter);
    }

    /** The next one to send; null if none is left now, or what is left has to be sought in the next turn. */
    @Nullable
    Item next(RetainedIndex present) {
        RetainedSources.Source source;
        while ((source = sources.first()) != null && sources.seek(source)) {
            if (!source.hasNext()) {
                sources.remove(source.subscription().filter());
                continue;
            }
            Message message = source.next();
            if (isOwed(source.subscription(), message, present)) {
                return new Item(source.subscription(), message);
            }
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
        return open == 0 && sources.size() == 0;
    }
}
