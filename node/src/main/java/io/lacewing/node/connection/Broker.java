package io.lacewing.node.connection;

import io.lacewing.cluster.Gate;
import io.lacewing.cluster.LocalSessions;
import io.lacewing.node.auth.Authentication;
import io.lacewing.node.auth.Authorization.OnDenied;
import io.lacewing.node.auth.Tenancy;
import io.lacewing.node.connection.Inbox.Handover;
import io.lacewing.node.connection.LocalSubscriptions.Member;
import io.lacewing.node.mqtt.Connect;
import io.lacewing.node.mqtt.ConnectHandler;
import io.lacewing.node.mqtt.Endpoint;
import io.lacewing.node.mqtt.Outbound;
import io.lacewing.node.mqtt.PacketHandler;
import io.lacewing.node.mqtt.ReasonCode;
import io.lacewing.node.rates.RateTable;
import io.lacewing.node.overload.Overload;
import io.lacewing.router.Message;
import io.lacewing.router.TopicFilter;
import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All connections of this node and the sessions that end with them, over all event loops. Made once, before the listeners;
 * its fields do not change afterwards.
 */
public final class Broker implements LocalSessions, ConnectHandler {
    private final LocalSubscriptions subscriptions = new LocalSubscriptions();
    private final ConnectionLimits limits;
    private final Features features;
    private final Counters counters;
    private final Authentication authentication;
    private final Overload overload;
    private final Oversight oversight;
    private final FaultLog faults = new FaultLog();
    private final UserConnections users;
    private final UserConnections tenants;
    private final RateLog rateLog = new RateLog();
    private final @Nullable RateTable rates;
    private final Revocations revocations = new Revocations();
    private final AtomicInteger connections = new AtomicInteger();
    private final List<ConnectionLoop> loops = new ArrayList<>();
    private final Map<EventLoop, ConnectionLoop> byEventLoop = new HashMap<>();
    private final int loopCount;
    private final long graceMillis;

    /** Counts the pauses and their ends, so that a timer knows whether its pause still lasts. */
    private final AtomicInteger turns = new AtomicInteger();

    private volatile @Nullable String unavailable = "the node has not joined its cluster yet";
    private volatile boolean ending;

    /**
     * Makes the broker on all event loops of {@code vertx}.
     *
     * @param gates makes the gate of each loop's context
     * @param graceMillis how long clients are kept while the node may not acknowledge
     * @param authentication how it is found out who a client is
     * @param oversight who watches clients
     * @param overload how much the node has to do and to hold
     */
    public Broker(
            VertxInternal vertx,
            Function<Context, Gate> gates,
            ConnectionLimits limits,
            Features features,
            Counters counters,
            Authentication authentication,
            Oversight oversight,
            long graceMillis,
            Overload overload) {
        this.limits = limits;
        this.users = new UserConnections(limits.maxConnectionsPerUser());
        Tenancy tenancy = authentication.tenancy();
        this.tenants = new UserConnections(tenancy == null ? 0 : tenancy.maxConnections());
        this.rates = RateTable.of(limits.rates(), System.nanoTime());
        this.features = features;
        this.counters = counters;
        this.authentication = authentication;
        this.oversight = oversight;
        this.graceMillis = graceMillis;
        this.overload = overload;
        List<EventLoop> eventLoops = new ArrayList<>();
        vertx.nettyEventLoopGroup().forEach(executor -> eventLoops.add((EventLoop) executor));
        this.loopCount = eventLoops.size();
        for (EventLoop eventLoop : eventLoops) {
            ContextInternal context =
                    vertx.contextBuilder().withEventLoop(eventLoop).build();
            ConnectionLoop loop = new ConnectionLoop(loops.size(), context, gates.apply(context), this);
            loops.add(loop);
            byEventLoop.put(eventLoop, loop);
            context.runOnContext(v -> vertx.setPeriodic(KeepAlive.SWEEP_MILLIS, id -> loop.sweep()));
        }
    }

    LocalSubscriptions subscriptions() {
        return subscriptions;
    }

    ConnectionLimits limits() {
        return limits;
    }

    UserConnections users() {
        return users;
    }

    /** The clients of each tenant, counted as those of users are. */
    UserConnections tenants() {
        return tenants;
    }

    Features features() {
        return features;
    }

    Counters counters() {
        return counters;
    }

    Authentication authentication() {
        return authentication;
    }

    Overload overload() {
        return overload;
    }

    Oversight oversight() {
        return oversight;
    }

    FaultLog faults() {
        return faults;
    }

    RateLog rateLog() {
        return rateLog;
    }

    /** What bounds the rates of connections; null if nothing does. */
    @Nullable
    RateTable rates() {
        return rates;
    }

    OnDenied onDenied() {
        return authentication.authorization().onDenied();
    }

    int loopCount() {
        return loopCount;
    }

    ConnectionLoop loop(int index) {
        return loops.get(index);
    }

    /** Which clients' certificates have been revoked meanwhile. */
    public Revocations revocations() {
        return revocations;
    }

    /** Connections now, those included that have not been accepted yet. Any thread. */
    public int connectionCount() {
        return connections.get();
    }

    /** The contexts that connections live on, one per event loop. Any thread. */
    public List<Context> contexts() {
        return loops.stream().map(ConnectionLoop::context).toList();
    }

    /** Subscriptions of transient sessions now, without the shared ones. Any thread. */
    public int subscriptionCount() {
        return subscriptions.size();
    }

    /**
     * The node may not acknowledge at present: every CONNECT is refused with 0x88 for this reason, or referred to other
     * servers, and no connection is read from; if it lasts longer than the grace, clients are sent away. May be called again
     * with other words. On the core's context.
     */
    public void pause(String why) {
        boolean open = unavailable == null;
        if (ending) {
            return;
        }
        unavailable = why;
        if (open) {
            int turn = turns.incrementAndGet();
            loops.forEach(loop -> loop.context().runOnContext(v -> loop.standStill()));
            Context any = loops.getFirst().context();
            any.runOnContext(v -> any.owner().setTimer(Math.max(1, graceMillis), id -> graceOver(turn)));
        }
    }

    private void graceOver(int turn) {
        String why = unavailable;
        if (turns.get() == turn && why != null) {
            var unused = disconnectAll(ReasonCode.SERVER_SHUTTING_DOWN, why, false);
        }
    }

    /** Clients are welcome; those that were kept through a pause are read from again. On the core's context. */
    public void goOn() {
        if (ending) {
            return;
        }
        turns.incrementAndGet();
        unavailable = null;
        loops.forEach(loop -> loop.context().runOnContext(v -> loop.goOn()));
    }

    /**
     * The node stops: nobody is let in any more, and all clients are sent away, with 0x8B for this reason, or to other servers
     * if some are known. Completes when each connection has been told. Any thread.
     */
    public Future<Void> end(String why) {
        ending = true;
        unavailable = why;
        return disconnectAll(ReasonCode.SERVER_SHUTTING_DOWN, why, true);
    }

    /** Why no client is let in at present; null if they are. */
    @Nullable
    String unavailable() {
        return unavailable;
    }

    @Override
    public PacketHandler onConnect(Endpoint endpoint, Connect connect) {
        ConnectionLoop loop = loopOf(endpoint);
        Connection connection = new Connection(loop, endpoint, connect);
        counters.connected(loop.index());
        int now = connections.incrementAndGet();
        try {
            answer(connection, now);
        } catch (RuntimeException | Error e) {
            // Nobody gets hold of the connection, so nobody will tell it of its end.
            loop.gate().unregister(connection.number());
            connection.onClosed();
            throw e;
        }
        return connection;
    }

    private void answer(Connection connection, int now) {
        String why = unavailable;
        if (now > limits.maxConnections()) {
            connection.sendAway(ReasonCode.SERVER_BUSY, "the node has all the connections it may have");
        } else if (why != null) {
            connection.sendAway(ReasonCode.SERVER_UNAVAILABLE, why);
        } else if (overload.refuses()) {
            overload.count(Overload.Action.REFUSED, 1);
            connection.sendAway(ReasonCode.SERVER_BUSY, "the node is overloaded");
        } else {
            connection.attach();
        }
    }

    @Override
    public void onBadConnect(Endpoint endpoint, ReasonCode reason) {
        counters.connect(loopOf(endpoint).index(), reason);
    }

    private ConnectionLoop loopOf(Endpoint endpoint) {
        EventLoop eventLoop = ((ContextInternal) endpoint.context()).nettyEventLoop();
        ConnectionLoop loop = byEventLoop.get(eventLoop);
        if (loop == null) {
            throw new IllegalStateException("a connection on an event loop that is not the broker's");
        }
        return loop;
    }

    void closed(int loop) {
        counters.disconnected(loop);
        connections.decrementAndGet();
    }

    @Override
    public void deliver(Message message, boolean plain, List<TopicFilter> groups) {
        Outbound outbound = new Outbound(message);
        List<List<Target>> byLoop = new ArrayList<>();
        for (int i = 0; i < loopCount; i++) {
            byLoop.add(new ArrayList<>());
        }
        if (plain) {
            for (Target target : subscriptions.match(message.topic())) {
                byLoop.get(target.session().loop().index()).add(target);
            }
        }
        for (int i = 0; i < loopCount; i++) {
            if (!byLoop.get(i).isEmpty()) {
                Target[] targets = byLoop.get(i).toArray(new Target[0]);
                loops.get(i).inbox().offer(List.of(new Handover(outbound, targets)));
            }
        }
        for (TopicFilter group : groups) {
            Member member = subscriptions.pick(group);
            if (member != null) {
                Target target = Target.of(member.session(), member.subscription());
                member.session().loop().inbox().offer(List.of(new Handover(outbound, new Target[] {target})));
            } else {
                // The last member has just gone; the core, that is still to hear of it, finds another one.
                ConnectionLoop any = loops.getFirst();
                any.context().runOnContext(v -> any.gate().passOn(group, message));
            }
        }
    }

    /** With {@code last} the core hears now of all that have ended, while it still hears anything. */
    private Future<Void> disconnectAll(ReasonCode reason, String why, boolean last) {
        List<Future<Void>> all = new ArrayList<>();
        for (ConnectionLoop loop : loops) {
            Promise<Void> promise = Promise.promise();
            all.add(promise.future());
            loop.context().runOnContext(v -> {
                loop.keepAlive().all().forEach(connection -> connection.sendAway(reason, why));
                if (last) {
                    List.copyOf(loop.leaving()).forEach(Publisher::end);
                    loop.gate().flush();
                }
                // What was written leaves at the end of this turn of the loop.
                loop.context().runOnContext(written -> promise.complete());
            });
        }
        return Future.all(all).mapEmpty();
    }
}
