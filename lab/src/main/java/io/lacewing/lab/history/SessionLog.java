package io.lacewing.lab.history;

import io.lacewing.lab.history.SessionEvent.Closed;
import io.lacewing.lab.history.SessionEvent.Connected;
import io.lacewing.lab.history.SessionEvent.Connecting;
import io.lacewing.lab.history.SessionEvent.Disconnecting;
import io.lacewing.lab.history.SessionEvent.Refused;
import java.util.ArrayList;
import java.util.List;

/** The connections and subscriptions of one client. Thread-safe. */
public final class SessionLog {
    /** Why a connection is over that the client ended because it wanted to. */
    public static final String WANTED = "wanted";

    private final History history;
    private final List<SessionEvent> events = new ArrayList<>();
    private final List<Subscription> subscriptions = new ArrayList<>();
    private long expiry;

    SessionLog(History history) {
        this.history = history;
    }

    /** A CONNECT is about to be sent. What it may end counts as ended. */
    public synchronized void connecting(boolean cleanStart, long sessionExpiry, String to) {
        long now = history.now();
        events.add(new Connecting(now, cleanStart, sessionExpiry, to));
        expiry = sessionExpiry;
        if (cleanStart || expiry == 0) {
            endSubscriptions(now);
        }
    }

    /** CONNACK came without an error. */
    public synchronized void connected(boolean sessionPresent, long granted) {
        expiry = granted;
        events.add(new Connected(history.now(), sessionPresent, granted));
    }

    /** CONNACK came with an error. */
    public synchronized void refused(int reason) {
        events.add(new Refused(history.now(), reason));
    }

    /** A DISCONNECT is about to be sent. */
    public synchronized void disconnecting(long sessionExpiry) {
        long now = history.now();
        events.add(new Disconnecting(now, sessionExpiry));
        if (sessionExpiry == 0) {
            endSubscriptions(now);
        }
    }

    /** The connection, or the attempt, is over. */
    public synchronized void closed(String why) {
        long now = history.now();
        events.add(new Closed(now, why));
        if (expiry == 0) {
            endSubscriptions(now);
        }
    }

    private void endSubscriptions(long now) {
        subscriptions.replaceAll(subscription -> subscription.ended(now));
    }

    /** A SUBSCRIBE is about to be sent; gives the number of the subscription. */
    public synchronized int subscribing(String filter) {
        subscriptions.add(new Subscription(filter, -1, History.NEVER, History.NEVER));
        return subscriptions.size() - 1;
    }

    /** SUBACK granted it. */
    public synchronized void subscribed(int subscription, int qos) {
        subscriptions.set(subscription, subscriptions.get(subscription).granted(qos, history.now()));
    }

    /** An UNSUBSCRIBE is about to be sent. */
    public synchronized void unsubscribing(String filter) {
        long now = history.now();
        subscriptions.replaceAll(
                subscription -> subscription.filter().equals(filter) ? subscription.ended(now) : subscription);
    }

    /** All events, in their order. */
    public synchronized List<SessionEvent> events() {
        return List.copyOf(events);
    }

    /** All subscriptions, in the order in which they were asked for. */
    public synchronized List<Subscription> subscriptions() {
        return List.copyOf(subscriptions);
    }

    /** Whether the last that is known is a connection that stands. */
    public synchronized boolean isConnected() {
        return !events.isEmpty() && events.getLast() instanceof Connected;
    }
}
