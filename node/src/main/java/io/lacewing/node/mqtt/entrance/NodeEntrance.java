package io.lacewing.node.mqtt.entrance;

import java.time.Duration;

/** What all listeners of a node have in common: bounds on all of their connections, and the {@link Door}. Thread-safe. */
public final class NodeEntrance {
    /**
     * Bounds.
     *
     * @param maxPending connections that have sent no CONNECT yet; at least 1
     * @param maxPerAddress connections of one IPv4 address, or of one IPv6 network of 64 bits; 0: no bound
     * @param connectRate new connections per second; 0: no bound
     * @param connectTimeout how long a client may take for its CONNECT
     */
    public record Limits(int maxPending, int maxPerAddress, int connectRate, Duration connectTimeout) {
        /** No bounds. */
        public static final Limits NONE = new Limits(Integer.MAX_VALUE, 0, 0, Duration.ofSeconds(10));
    }

    /** Enough that a client hears why, few enough that handshakes of TLS to say it don't keep the node where it is. */
    static final int OVERLOADED_RATE = 20;

    private final AddressCounts addresses;
    private final ConnectRate rate;
    private final ConnectRate whileOverloaded;
    private final Pending pending;
    private final Door door;
    private final RefusalListener refusals;

    /**
     * An entrance that nobody has come through.
     *
     * @param door asked for each connection, with the client's own address
     * @param refusals hears of who was refused
     */
    public NodeEntrance(Limits limits, Door door, RefusalListener refusals) {
        this.addresses = new AddressCounts(limits.maxPerAddress);
        this.rate = new ConnectRate(limits.connectRate, System.nanoTime());
        this.whileOverloaded = new ConnectRate(OVERLOADED_RATE, System.nanoTime());
        this.pending = new Pending(limits.maxPending, limits.connectTimeout.toNanos() / 2);
        this.door = door;
        this.refusals = refusals;
    }

    /** An entrance for everybody. */
    public static NodeEntrance open() {
        return new NodeEntrance(Limits.NONE, Door.OPEN, RefusalListener.NOBODY);
    }

    /** How many connections have sent no CONNECT yet. */
    public int pendingConnections() {
        return pending.size();
    }

    AddressCounts addresses() {
        return addresses;
    }

    ConnectRate rate() {
        return rate;
    }

    /** What is taken of new connections while the node is overloaded. */
    ConnectRate whileOverloaded() {
        return whileOverloaded;
    }

    Pending pending() {
        return pending;
    }

    Door door() {
        return door;
    }

    RefusalListener refusals() {
        return refusals;
    }
}
