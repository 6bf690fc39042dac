package io.lacewing.node.connection;

import io.lacewing.cluster.core.Effect.Answer;
import io.lacewing.node.mqtt.ReasonCode;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one transient session is subscribed to, here and in the tables that lead messages to it: those of this node, and by the
 * core the routes of the others. Owned by the session's event loop.
 */
final class TransientSubscriptions {
    private final TransientSession session;
    private Map<TopicFilter, Subscription> byFilter = Map.of();
    private long bytes;

    TransientSubscriptions(TransientSession session) {
        this.session = session;
    }

    int size() {
        return byFilter.size();
    }

    /** What they count as in the ledger of their loop. */
    long bytes() {
        return bytes;
    }

    boolean contains(TopicFilter filter) {
        return byFilter.containsKey(filter);
    }

    /** All of them, as they are now. */
    List<Subscription> all() {
        return List.copyOf(byFilter.values());
    }

    /**
     * Makes those of a SUBSCRIBE that are granted; messages may come for them from now on.
     *
     * @param answer is told of those to which the routes can not be made
     * @param then gets for each whether it replaces another, once the routes are made
     */
    void add(SubscribeAnswer answer, Consumer<List<Boolean>> then) {
        ConnectionLoop loop = session.loop();
        List<Subscription> wanted = answer.subscriptions();
        List<Boolean> existed = new ArrayList<>();
        if (byFilter.isEmpty()) {
            byFilter = new HashMap<>(4);
        }
        int[] waiting = {1};
        for (int i = 0; i < wanted.size(); i++) {
            Subscription subscription = wanted.get(i);
            Subscription replaced = byFilter.put(subscription.filter(), subscription);
            existed.add(replaced != null);
            if (replaced == null) {
                bytes += loop.ledger().subscribed(subscription.filter());
            }
            loop.broker().subscriptions().add(session, subscription);
            int place = i;
            waiting[0]++;
            loop.gate().localSubscriptions(subscription.filter(), replaced != null ? 0 : 1, reply -> {
                if (reply instanceof Answer.Unavailable) {
                    answer.failed(place, ReasonCode.UNSPECIFIED_ERROR);
                    undo(subscription, replaced);
                }
                answered(waiting, existed, then);
            });
        }
        answered(waiting, existed, then);
    }

    private static void answered(int[] waiting, List<Boolean> existed, Consumer<List<Boolean>> then) {
        if (--waiting[0] == 0) {
            then.accept(existed);
        }
    }

    /** The routes to a subscription could not be made: what was before it is there again. */
    @SuppressWarnings("ReferenceEquality") // an equal one of a later SUBSCRIBE is another
    private void undo(Subscription failed, @Nullable Subscription replaced) {
        TopicFilter filter = failed.filter();
        if (byFilter.get(filter) != failed) {
            return; // ended, or replaced itself
        }
        if (replaced == null) {
            remove(filter);
        } else {
            byFilter.put(filter, replaced);
            session.loop().broker().subscriptions().add(session, replaced);
        }
    }

    /** Ends a subscription; false if there is none to this filter. */
    boolean remove(TopicFilter filter) {
        if (!byFilter.containsKey(filter)) {
            return false;
        }
        byFilter.remove(filter);
        forget(filter);
        return true;
    }

    /** The session ends, and they with it. */
    void end() {
        byFilter.keySet().forEach(this::forget);
        byFilter = Map.of();
    }

    private void forget(TopicFilter filter) {
        ConnectionLoop loop = session.loop();
        bytes -= loop.ledger().unsubscribed(filter);
        loop.broker().subscriptions().remove(session, filter);
        loop.gate().localSubscriptions(filter, -1, null);
    }
}
