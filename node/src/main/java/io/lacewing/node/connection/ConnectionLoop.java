package io.lacewing.node.connection;

import io.lacewing.cluster.Gate;
import io.lacewing.node.connection.Inbox.Handover;
import io.lacewing.node.mqtt.Outbound;
import io.lacewing.router.Destination;
import io.lacewing.router.Destination.NodeDestination;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.RouteIndex;
import io.lacewing.router.RouteMatch;
import io.lacewing.router.ShareGroup;
import io.lacewing.router.Subscription;
import io.lacewing.router.SubscriptionTrie;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event loop's part of the broker: it takes messages from the connections of this loop to the transient sessions of
 * this node, directly on this loop and by one hand-over per turn to each other loop, and to the core where other nodes or
 * shards match. Owned by its loop, but for {@link #inbox}.
 *
 * <p>Where a topic goes is looked up once and remembered while neither the subscriptions of this node nor the routes have
 * changed, so that a PUBLISH to a known topic costs one hash look-up.
 */
public final class ConnectionLoop {
    private final Set<Publisher> leaving = new LinkedHashSet<>();
    private static final Logger log = LoggerFactory.getLogger(ConnectionLoop.class);
    private static final int MAX_CACHED_TOPICS = 8_192;

    /** So many deliveries may wait at another loop before QoS 0 messages to it are dropped. */
    static final int MAX_BACKLOG = 100_000;

    private static final long CALM_CHECK_MILLIS = 5;

    private static final Target[] NOBODY = {};

    /** Where a topic goes, valid while {@code root} and {@code routes} are the present ones. */
    private record Matched(
            SubscriptionTrie<TransientSession, Subscription> root,
            RouteIndex routes,
            Target[][] byLoop,
            List<TopicFilter> groups,
            boolean local,
            boolean core) {}

    /** A publisher that is not read from, and the session that it waits for, if it is one. */
    private record Held(Publisher publisher, @Nullable TransientSession slow) {}

    private final int index;
    private final Context context;
    private final Gate gate;
    private final Broker broker;
    private final Inbox inbox;
    private final Destination self;
    private final Map<TopicName, Matched> cache = new HashMap<>();
    private final List<List<Handover>> handovers = new ArrayList<>();
    private final KeepAlive keepAlive = new KeepAlive();
    private final Rejudging rejudging;
    private final LeaseWait lease;
    private final LoopLedger ledger;
    private final MountedTopics mountedTopics = new MountedTopics();
    private final AtomicInteger pressedSessions = new AtomicInteger();
    private final int maxHandedOver;
    private List<Held> held = new ArrayList<>();
    private @Nullable TransientSession pressing;
    private @Nullable RouteIndex sweptRoutes;
    private @Nullable SubscriptionTrie<TransientSession, Subscription> sweptRoot;
    private boolean behind;

    /** No connection of this loop is read from. */
    private boolean still;

    private boolean handoverPending;

    /** A retained message is among what waits to be handed over. */
    private boolean retainedPending;

    ConnectionLoop(int index, Context context, Gate gate, Broker broker) {
        this.index = index;
        this.context = context;
        this.gate = gate;
        this.broker = broker;
        this.self = new NodeDestination(gate.incarnation());
        this.inbox = new Inbox(context, this::deliver);
        this.lease = new LeaseWait(context, gate);
        this.rejudging = new Rejudging(
                context,
                keepAlive,
                broker.authentication().authorization().authorizer(),
                broker.oversight().bans(),
                broker.revocations());
        ConnectionLimits limits = broker.limits();
        this.ledger = new LoopLedger(index, broker);
        // A quarter of a session's queue, as all that waits may be for one session.
        this.maxHandedOver = Math.max(64, limits.maxQueuedMessages() / 4);
        for (int i = 0; i < broker.loopCount(); i++) {
            handovers.add(new ArrayList<>());
        }
    }

    int index() {
        return index;
    }

    Context context() {
        return context;
    }

    /** Has something done in the next turn of the event loop, after what has come meanwhile. */
    void nextTurn(Runnable action) {
        context.runOnContext(v -> action.run());
    }

    Gate gate() {
        return gate;
    }

    Broker broker() {
        return broker;
    }

    KeepAlive keepAlive() {
        return keepAlive;
    }

    /** Whether the node may acknowledge, and what waits for it on this loop. */
    LeaseWait lease() {
        return lease;
    }

    /** What the transient sessions of this loop keep. */
    LoopLedger ledger() {
        return ledger;
    }

    /** The topics of tenants' clients that this loop remembers. */
    MountedTopics mountedTopics() {
        return mountedTopics;
    }

    /** Reads from no connection, also of those to come, until {@link #goOn}. */
    void standStill() {
        if (!still) {
            still = true;
            keepAlive.all().forEach(Connection::pause);
        }
    }

    /** Ends {@link #standStill}. */
    void goOn() {
        if (still) {
            still = false;
            keepAlive.all().forEach(Connection::resume);
        }
    }

    /** True between {@link #standStill} and {@link #goOn}. */
    boolean isStill() {
        return still;
    }

    /** What other threads hand over to this loop. */
    Inbox inbox() {
        return inbox;
    }

    /**
     * Takes a message to the transient sessions of this node that have a plain subscription.
     *
     * @return true if it has other homes too, to which {@link Gate#publish} takes it
     */
    boolean publishHere(Message message) {
        pressing = null;
        behind = false;
        Matched matched = matched(message.topic());
        if (matched.local) {
            deliverLocal(message, matched.byLoop);
        }
        if (pressing == null && message.qos() != Qos.AT_MOST_ONCE) {
            findPressing(matched.groups);
        }
        return matched.core || message.retain();
    }

    /** Says by {@link #pressing} whom a message would press that takes another way than {@link #publishHere}. */
    void weigh(Message message) {
        Matched matched = matched(message.topic());
        pressing = null;
        behind = false;
        for (int i = 0; i < matched.byLoop.length; i++) {
            if (broker.loop(i).pressedSessions.get() > 0) {
                findPressing(matched.byLoop[i]);
            }
        }
        if (pressing == null) {
            findPressing(matched.groups);
        }
    }

    /** Publishers whose connections have ended, until what they have published is settled. */
    Set<Publisher> leaving() {
        return leaving;
    }

    /** True if nobody at all is subscribed to {@code topic} now. */
    boolean isUnheard(TopicName topic) {
        Matched matched = matched(topic);
        return !matched.local && !matched.core;
    }

    /** True if another loop or the core is so far behind that publishers should wait. */
    boolean isCongested() {
        if (gate.isCongested() || broker.overload().slows()) {
            return true;
        }
        for (int i = 0; i < handovers.size(); i++) {
            Inbox inbox = broker.loop(i).inbox;
            if (inbox.backlog() > MAX_BACKLOG / 2 || inbox.messages() > maxHandedOver / 2) {
                return true;
            }
        }
        return false;
    }

    /** A session of this loop has come under pressure (1) or is out of it (-1). */
    void pressed(int change) {
        pressedSessions.addAndGet(change);
    }

    /** A session that the last message published at QoS 1 or 2 went to and that publishers should wait for, or null. */
    @Nullable
    TransientSession pressing() {
        return pressing;
    }

    /** True if so many of the last publisher's messages wait for another loop that it should wait too. */
    boolean isBehind() {
        return behind;
    }

    /** Lets a publisher go on when nothing speaks against it any more. */
    void hold(Publisher publisher, @Nullable TransientSession slow) {
        held.add(new Held(publisher, slow));
        if (held.size() == 1) {
            context.owner().setTimer(CALM_CHECK_MILLIS, id -> checkHeld());
        }
    }

    private void checkHeld() {
        List<Held> before = held;
        held = new ArrayList<>();
        before.forEach(this::checkHeld);
        if (!held.isEmpty()) {
            context.owner().setTimer(CALM_CHECK_MILLIS, id -> checkHeld());
        }
    }

    private void checkHeld(Held waiting) {
        try {
            if (waiting.publisher.mustWait(waiting.slow)) {
                held.add(waiting);
            } else {
                waiting.publisher.goOn();
            }
        } catch (RuntimeException | Error e) {
            log.error("a publisher could not go on, and its connection is closed", e);
            try {
                waiting.publisher.failed();
            } catch (RuntimeException | Error again) {
                log.error("the connection could not be ended", again);
            }
        }
    }

    /** Twice a second: ends silent connections and what new rules forbid, and forgets what the cache holds of sessions that may be gone. */
    void sweep() {
        keepAlive.sweep(System.nanoTime() / 1_000_000);
        rejudging.sweep();
        ledger.shed(keepAlive);
        RouteIndex routes = gate.routes();
        SubscriptionTrie<TransientSession, Subscription> root =
                broker.subscriptions().root();
        if (sweptRoutes != routes || sweptRoot != root) {
            sweptRoutes = routes;
            sweptRoot = root;
            cache.values().removeIf(matched -> matched.routes != routes || matched.root != root);
        }
    }

    private Matched matched(TopicName topic) {
        Matched matched = cache.get(topic);
        RouteIndex routes = gate.routes();
        if (matched != null
                && matched.routes == routes
                && matched.root == broker.subscriptions().root()) {
            return matched;
        }
        if (matched == null && cache.size() >= MAX_CACHED_TOPICS) {
            cache.clear();
        }
        SubscriptionTrie<TransientSession, Subscription> root =
                broker.subscriptions().root();
        Target[] targets = broker.subscriptions().match(topic);
        RouteMatch match = routes.match(topic);
        List<TopicFilter> groups = new ArrayList<>(0);
        for (ShareGroup group : match.groups()) {
            groups.add(group.filter());
        }
        Matched fresh = new Matched(root, routes, byLoop(targets), groups, targets.length > 0, needsCore(match));
        cache.put(topic, fresh);
        return fresh;
    }

    private boolean needsCore(RouteMatch match) {
        if (!match.groups().isEmpty()) {
            return true;
        }
        for (Destination destination : match.destinations()) {
            if (!destination.equals(self)) {
                return true;
            }
        }
        return false;
    }

    private Target[][] byLoop(Target[] targets) {
        Target[][] result = new Target[handovers.size()][];
        for (int i = 0; i < result.length; i++) {
            List<Target> ofLoop = new ArrayList<>();
            for (Target target : targets) {
                if (target.session().loop().index() == i) {
                    ofLoop.add(target);
                }
            }
            result[i] = ofLoop.isEmpty() ? NOBODY : ofLoop.toArray(NOBODY);
        }
        return result;
    }

    private void deliverLocal(Message message, Target[][] byLoop) {
        Outbound outbound = new Outbound(message);
        for (int i = 0; i < byLoop.length; i++) {
            Target[] targets = byLoop[i];
            if (targets.length == 0) {
                continue;
            }
            if (i == index) {
                deliver(outbound, targets);
            } else if (message.qos() == Qos.AT_MOST_ONCE && broker.loop(i).inbox.backlog() > MAX_BACKLOG) {
                broker.counters().droppedSlowLoop(index, targets.length);
            } else {
                List<Handover> batch = handovers.get(i);
                batch.add(new Handover(outbound, targets));
                handoverPending = true;
                retainedPending |= message.retain();
                behind |= batch.size() + broker.loop(i).inbox.messages() > maxHandedOver;
            }
            if (message.qos() != Qos.AT_MOST_ONCE
                    && broker.loop(i).pressedSessions.get() > 0) {
                findPressing(targets);
            }
        }
    }

    /** Remembers a member of one of these share groups if that group has no member here with room for more. */
    private void findPressing(List<TopicFilter> groups) {
        for (int i = 0; i < handovers.size() && !groups.isEmpty(); i++) {
            if (broker.loop(i).pressedSessions.get() > 0) {
                pressing = broker.subscriptions().pressed(groups);
                return;
            }
        }
    }

    private void findPressing(Target[] targets) {
        for (Target target : targets) {
            if (target.qos() != Qos.AT_MOST_ONCE && target.session().isPressed()) {
                pressing = target.session();
                return;
            }
        }
    }

    /** End of a turn: what was gathered for other loops goes there. */
    void flush() {
        if (!handoverPending) {
            return;
        }
        handoverPending = false;
        if (retainedPending) {
            retainedPending = false;
            // To the core first: who has seen the message and subscribes again must find it retained [MQTT-3.3.1-5].
            gate.flush();
        }
        for (int i = 0; i < handovers.size(); i++) {
            List<Handover> batch = handovers.get(i);
            if (!batch.isEmpty()) {
                handovers.set(i, new ArrayList<>());
                broker.loop(i).inbox.offer(batch);
            }
        }
    }

    private void deliver(Handover handover) {
        deliver(handover.message(), handover.targets());
    }

    private static void deliver(Outbound outbound, Target[] targets) {
        for (Target target : targets) {
            Target left = target.forPublisher(outbound.message());
            if (left != null) {
                deliver(outbound, left);
            }
        }
    }

    /** A session that fails loses its connection; the others still get the message. */
    private static void deliver(Outbound outbound, Target target) {
        try {
            target.session().deliver(outbound, target);
        } catch (RuntimeException | Error e) {
            log.error("a session failed at a message, and its connection is closed", e);
            try {
                target.session().failed();
            } catch (RuntimeException | Error again) {
                log.error("the connection could not be ended", again);
            }
        }
    }
}
