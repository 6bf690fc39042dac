package io.lacewing.lab.history;

/** What one client id did and saw: its publishes, its deliveries, its connections and subscriptions. Thread-safe. */
public final class ClientLog {
    private final int index;
    private final String id;
    private final boolean persistent;
    private final Sends sends;
    private final Deliveries deliveries;
    private final SessionLog session;

    ClientLog(History history, int index, String id, boolean persistent) {
        this.index = index;
        this.id = id;
        this.persistent = persistent;
        this.sends = new Sends(history);
        this.deliveries = new Deliveries(history);
        this.session = new SessionLog(history);
    }

    /** Its number in {@link History#clients}, by which its messages are known. */
    public int index() {
        return index;
    }

    public String id() {
        return id;
    }

    /** Whether its session is meant to outlive its connections. */
    public boolean persistent() {
        return persistent;
    }

    public Sends sends() {
        return sends;
    }

    public Deliveries deliveries() {
        return deliveries;
    }

    public SessionLog session() {
        return session;
    }
}
