package io.lacewing.node.mqtt.entrance;

import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Says who may connect at one listener, and counts who is there and who was refused. Thread-safe: connections arrive on the
 * thread that accepts them and go on on their event loops.
 */
public final class ListenerEntrance {
    /**
     * The listener's own rules.
     *
     * @param networks which addresses may connect, the client's own where a proxy tells it
     * @param maxConnections connections at a time, with those that have sent no CONNECT; 0: no bound
     * @param connectRate new connections per second; 0: no bound
     * @param proxies who must tell by the PROXY protocol for whom it connects, and nobody else may connect; null: clients
     *     come by themselves
     */
    public record Rules(
            Door networks,
            int maxConnections,
            int connectRate,
            @Nullable Door proxies) {
        /** Everybody may connect. */
        public static final Rules NONE = new Rules(Door.OPEN, 0, 0, null);
    }

    private final String name;
    private final Rules rules;
    private final NodeEntrance node;
    private final ConnectRate rate;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLongArray refused = new AtomicLongArray(Refusal.values().length);

    /** The entrance of the listener of this name. */
    public ListenerEntrance(String name, Rules rules, NodeEntrance node) {
        this.name = name;
        this.rules = rules;
        this.node = node;
        this.rate = new ConnectRate(rules.connectRate, System.nanoTime());
    }

    NodeEntrance node() {
        return node;
    }

    /** True if connections begin with a header of the PROXY protocol. */
    public boolean isForProxies() {
        return rules.proxies != null;
    }

    /** Connections now, with those that have sent no CONNECT yet. */
    public int connections() {
        return connections.get();
    }

    /** How many were refused for this reason. */
    public long refused(Refusal why) {
        return refused.get(why.ordinal());
    }

    /**
     * A connection has come from {@code peer}. If it is refused, all is as if it had not come, and its socket is to be closed.
     * Cheap things are looked at first; a rate is charged only for who passed all before.
     *
     * @param overloaded true if it will be refused at its CONNECT: then few are taken, only to be told so
     * @return false if it is refused
     */
    public boolean arrive(Visit visit, InetAddress peer, long now, boolean overloaded) {
        connections.incrementAndGet();
        Refusal why = refusal(visit, peer, now, overloaded);
        if (why != null) {
            visit.left();
            refuse(why, peer.getHostAddress());
            return false;
        }
        return true;
    }

    private @Nullable Refusal refusal(Visit visit, InetAddress peer, long now, boolean overloaded) {
        Door proxies = rules.proxies;
        Refusal why = proxies == null ? judge(visit, peer) : proxies.admits(peer) ? null : Refusal.UNTRUSTED_PROXY;
        if (why != null) {
            return why;
        }
        if (rules.maxConnections != 0 && connections.get() > rules.maxConnections) {
            return Refusal.LISTENER_LIMIT;
        }
        if (overloaded && !node.whileOverloaded().take(now)) {
            return Refusal.OVERLOAD;
        }
        if (!rate.take(now)) {
            return Refusal.LISTENER_RATE;
        }
        if (!node.rate().take(now)) {
            return Refusal.NODE_RATE;
        }
        Visit out = node.pending().add(visit, now);
        if (visit.equals(out)) {
            return Refusal.PENDING;
        }
        if (out != null) {
            out.entrance().refuse(Refusal.PENDING, "one that waited");
            out.drop();
        }
        return null;
    }

    /**
     * A proxy has told for whom it connects.
     *
     * @return false if it is refused, and is to be closed
     */
    public boolean identified(Visit visit, InetAddress client) {
        Refusal why = judge(visit, client);
        if (why != null) {
            refuse(why, client.getHostAddress());
        }
        return why == null;
    }

    /** By the client's own address. */
    private @Nullable Refusal judge(Visit visit, InetAddress client) {
        if (!rules.networks.admits(client)) {
            return Refusal.NETWORK;
        }
        if (!node.door().admits(client)) {
            return Refusal.BANNED;
        }
        AddressCounts addresses = node.addresses();
        return !addresses.isBounded() || visit.count(addresses, AddressCounts.key(client))
                ? null
                : Refusal.ADDRESS_LIMIT;
    }

    /** Counts a connection that is closed for this reason. */
    public void refuse(Refusal why, String address) {
        refused.incrementAndGet(why.ordinal());
        node.refusals().refused(name, why, address);
    }

    void left() {
        connections.decrementAndGet();
    }
}
