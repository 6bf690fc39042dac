package io.lacewing.node.connection;

import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One transient session that a topic matches, with what all its matching subscriptions ask for together: one copy at the
 * highest level [MQTT-3.3.4-2] with all identifiers [MQTT-3.3.4-3]. Immutable.
 */
final class Target {
    static final int[] NO_IDENTIFIERS = {};

    private final TransientSession session;
    private final List<Subscription> subscriptions;
    private final Qos qos;
    private final boolean retainAsPublished;
    private final boolean noLocal;
    private final List<Integer> identifiers;
    private final int[] wireIdentifiers;

    private Target(TransientSession session, List<Subscription> subscriptions) {
        this.session = session;
        this.subscriptions = subscriptions;
        Qos highest = Qos.AT_MOST_ONCE;
        boolean asPublished = false;
        boolean anyNoLocal = false;
        List<Integer> found = new ArrayList<>(0);
        for (Subscription subscription : subscriptions) {
            highest = subscription.qos().compareTo(highest) > 0 ? subscription.qos() : highest;
            asPublished |= subscription.retainAsPublished();
            anyNoLocal |= subscription.noLocal();
            if (subscription.identifier() != 0) {
                found.add(subscription.identifier());
            }
        }
        this.qos = highest;
        this.retainAsPublished = asPublished;
        this.noLocal = anyNoLocal;
        this.identifiers = List.copyOf(found);
        this.wireIdentifiers = wire(found);
    }

    static Target of(TransientSession session, Subscription subscription) {
        return new Target(session, List.of(subscription));
    }

    /** The same session with one more matching subscription. */
    Target with(Subscription subscription) {
        List<Subscription> more = new ArrayList<>(subscriptions);
        more.add(subscription);
        return new Target(session, more);
    }

    /** Subscription identifiers as the endpoint takes them. */
    static int[] wire(List<Integer> identifiers) {
        if (identifiers.isEmpty()) {
            return NO_IDENTIFIERS;
        }
        int[] result = new int[identifiers.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = identifiers.get(i);
        }
        return result;
    }

    /** What is left for a message of this publisher: without subscriptions that refuse its own [MQTT-3.8.3-3]. */
    @Nullable
    Target forPublisher(Message message) {
        if (!noLocal || message.publisher() == null || !message.publisher().equals(session.clientId())) {
            return this;
        }
        List<Subscription> left = new ArrayList<>(subscriptions);
        left.removeIf(Subscription::noLocal);
        return left.isEmpty() ? null : new Target(session, left);
    }

    TransientSession session() {
        return session;
    }

    Qos qos() {
        return qos;
    }

    /** The share group that picked the session, or null for plain subscriptions. */
    @Nullable
    TopicFilter group() {
        TopicFilter filter = subscriptions.getFirst().filter();
        return filter.isShared() ? filter : null;
    }

    List<Integer> identifiers() {
        return identifiers;
    }

    int[] wireIdentifiers() {
        return wireIdentifiers;
    }

    /** The RETAIN flag of a live message [MQTT-3.3.1-12, MQTT-3.3.1-13]. */
    boolean retain(Message message) {
        return retainAsPublished && message.retain();
    }
}
