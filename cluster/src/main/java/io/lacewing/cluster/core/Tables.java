package io.lacewing.cluster.core;

import io.lacewing.cluster.core.NodeMessage.Changes;
import io.lacewing.cluster.core.NodeMessage.Digests;
import io.lacewing.cluster.core.NodeMessage.Hello;
import io.lacewing.cluster.core.NodeMessage.Ranges;
import io.lacewing.persistence.shard.Owed;
import io.lacewing.router.Destination.NodeDestination;
import io.lacewing.router.Destination.ShardDestination;
import io.lacewing.router.Message;
import io.lacewing.router.RetainedIndex;
import io.lacewing.router.RouteIndex;
import io.lacewing.router.RouteKey;
import io.lacewing.router.RouteValue;
import io.lacewing.router.TopicFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tables that every node holds whole: routes and retained messages. A change is told to every node and to the map
 * behind the table, and its token comes back when the map and every live node have it: only then may it be acknowledged
 * to a client. Whoever is not READY yet learns what it misses when it joins.
 *
 * <p>In a turn: inputs and tokens first, then {@link #flush}, then {@link Links#flush}: so this node's readers see a
 * change before any other node hears that it was taken.
 */
final class Tables {
    private static final long SWEEP_MILLIS = 1_000;
    /** When the map is told a second time to forget a dead node: a store of its may have come late. */
    private static final long FORGET_AGAIN_MILLIS = 30_000;

    private static final int DROPPED = 1024;

    private final long self;
    private final TableSettings settings;
    private final Links links;
    private final Effects effects;
    private final SteadyTime time = new SteadyTime();
    private final RouteTable routes = new RouteTable();
    private final RetainedTable retained = new RetainedTable();
    private final HoldersTable holders = new HoldersTable();
    private final LocalRoutes local;
    private final Broadcasts broadcasts;
    private final Joining joining;
    private final TableRepair repair;
    private final List<Token> completed = new ArrayList<>();

    private View view = new View(List.of(), List.of());
    /** Dead nodes, and when the map is told again. */
    private final Map<Long, Long> forgetAgain = new HashMap<>();
    /** Nodes with routes that are no peers, and since when: they join, or died before this node came. */
    private final Map<Long, Long> strangers = new HashMap<>();
    /** Strangers that were given up: two nodes must not mend each other's tables with what both drop. */
    private final Departed dropped = new Departed(DROPPED);

    private long now;
    private long sweptAt;

    Tables(long self, String nodeId, TableSettings settings, Links links, Effects effects) {
        this.self = self;
        this.settings = settings;
        this.links = links;
        this.effects = effects;
        this.local = new LocalRoutes(self);
        this.broadcasts = new Broadcasts(settings, links, effects, completed);
        this.joining = new Joining(self, nodeId, settings, links, effects);
        this.repair = new TableRepair(self, settings, links, effects);
    }

    // ---- who is there ----

    /** After {@link Links#viewChanged}. */
    void viewChanged(View changed) {
        List<Long> gone = new ArrayList<>();
        for (View.Member member : view.members()) {
            if (!changed.has(member.incarnation())) {
                gone.add(member.incarnation());
            }
        }
        view = changed;
        for (long incarnation : gone) {
            forgetAgain.put(incarnation, time.millis() + FORGET_AGAIN_MILLIS);
        }
        if (!gone.isEmpty() && isLowest()) {
            // Those that left a while ago too: the member that told the map of them may just have left itself.
            forgetAgain.keySet().stream().sorted().forEach(this::forget);
        }
        dropDeparted();
        for (View.Member member : changed.members()) {
            if (member.incarnation() != self) {
                broadcasts.admit(member.incarnation());
            }
        }
        joining.viewChanged(changed);
    }

    private boolean isLowest() {
        return !view.members().isEmpty() && view.members().getFirst().incarnation() == self;
    }

    private void forget(long incarnation) {
        effects.add(new Effect.ForgetDestination(incarnation));
    }

    private void dropDeparted() {
        for (long incarnation : routes.nodes()) {
            if (links.isDeparted(incarnation)) {
                drop(incarnation);
            }
        }
    }

    private void drop(long incarnation) {
        int count = routes.dropNode(incarnation);
        effects.add(new Effect.Note(
                Effect.Event.ROUTES_OF_DEAD_NODE_DROPPED, count, "node " + Long.toHexString(incarnation)));
    }

    /** A node has joined: it is told of every change from now on. */
    void receive(long from, Hello hello) {
        broadcasts.admit(from);
    }

    /** A greeting was taken. */
    void taken(Token.HelloPart part) {
        joining.taken(part);
    }

    /** Answer to {@link Effect.LoadTables}. */
    void loaded(Input.TablesLoaded loaded) {
        merge(loaded.records());
        joining.loaded(loaded.ok(), time.millis());
    }

    /** True once this node has joined and its tables are complete. */
    boolean isReady() {
        return joining.isReady();
    }

    // ---- changes from here ----

    /** As {@link Input.LocalSubscriptions}; RoutePart(request) comes back when it is done, unless {@code request} is 0. */
    void localSubscriptions(long request, TopicFilter filter, int delta) {
        Token token = request == 0 ? null : new Token.RoutePart(request);
        TableRecord.Route change = local.change(filter, delta);
        if (change != null) {
            routes.apply(change, time.millis());
            broadcasts.change(change, token);
        } else if (token != null && !broadcasts.await(local.key(filter), token)) {
            completed.add(token);
        }
    }

    /** Announces the route to a shard that this node owns, as its outbox says. */
    void announce(int shard, Owed.Route owed, @Nullable Token token) {
        RouteValue value = owed.online() == 0 && owed.offline() == 0
                ? null
                : owed.filter().isShared() ? new RouteValue(owed.online(), owed.offline()) : RouteValue.PLAIN;
        TableRecord.Route change = new TableRecord.Route(
                new RouteKey(new ShardDestination(shard), owed.filter()), new Version(owed.epoch(), owed.id()), value);
        routes.apply(change, time.millis());
        broadcasts.change(change, token);
    }

    /** The message with a retained version, made now if it has none; it is to be passed on with it. */
    Message stamped(Message message) {
        return message.retainedVersion() != 0 ? message : message.withRetainedVersion(retained.nextVersion(now));
    }

    /** True if there is room for one more retained message, or this one takes none. */
    boolean mayRetain(Message message) {
        return message.payload().length == 0 || retained.index().hasRoomFor(message.topic(), settings.maxRetained());
    }

    /**
     * Makes a stamped message its topic's retained one, or removes that if its payload is empty [MQTT-3.3.1-5,
     * MQTT-3.3.1-6].
     *
     * @throws IllegalArgumentException if the message has no version
     */
    void retain(Message stamped, @Nullable Token token) {
        if (stamped.retainedVersion() == 0) {
            throw new IllegalArgumentException("not stamped: a message for " + stamped.topic());
        }
        TableRecord.Retained change = new TableRecord.Retained(
                stamped.topic(),
                new Version(stamped.retainedVersion(), self),
                stamped.payload().length == 0 ? null : stamped);
        retained.apply(change, time.millis());
        broadcasts.change(change, token);
    }

    /** A node took a broadcast. */
    void taken(Token.ChangePart part) {
        broadcasts.taken(part);
    }

    /** Answer to {@link Effect.StoreRecords}. */
    void stored(Input.RecordsStored stored) {
        broadcasts.stored(stored, time.millis());
    }

    /** The tokens of changes that are done since the last call. */
    List<Token> takeCompleted() {
        if (completed.isEmpty()) {
            return List.of();
        }
        List<Token> taken = List.copyOf(completed);
        completed.clear();
        return taken;
    }

    // ---- changes from others ----

    /** Another node's changes. */
    void receive(long from, Changes changes) {
        merge(changes.records());
    }

    /** Another node's digests: compared if both have joined, unless this node's own changes are stuck. */
    void receive(long from, Digests digests) {
        if (!isReady() || broadcasts.isUnderWaySince(time.millis() - settings.digestMillis())) {
            return;
        }
        repair.compare(from, digests, table(digests.table()));
    }

    /** Records of ranges that differ. */
    void receive(long from, Ranges ranges) {
        merge(ranges.records());
        if (ranges.reply()) {
            repair.exchange(from, ranges.table(), ranges.ranges(), table(ranges.table()), false);
        }
    }

    private SharedTable<?, ?> table(NodeMessage.Table table) {
        return switch (table) {
            case ROUTES -> routes;
            case RETAINED -> retained;
            case HOLDERS -> holders;
        };
    }

    private void merge(List<TableRecord> records) {
        for (TableRecord record : records) {
            switch (record) {
                case TableRecord.Route route -> {
                    if (!isDead(route)) {
                        routes.apply(route, time.millis());
                    }
                }
                case TableRecord.Retained message -> retained.apply(message, time.millis());
                case TableRecord.Holders of -> holders.apply(of, time.millis());
            }
        }
    }

    private boolean isDead(TableRecord.Route route) {
        return route.key().destination() instanceof NodeDestination node
                && (links.isDeparted(node.incarnation())
                        || (dropped.has(node.incarnation()) && !links.isPeer(node.incarnation())));
    }

    // ---- reading, time, end of turn ----

    /** The routes, changes of this turn included. */
    RouteIndex routes() {
        return routes.index();
    }

    /** The retained messages, changes of this turn included. */
    RetainedIndex retained() {
        return retained.index();
    }

    /** Time passes. */
    void tick(long wall) {
        now = wall;
        time.advance(wall);
        broadcasts.tick(time.millis());
        joining.tick(time.millis());
        retained.expire(wall, time.millis());
        if (time.millis() - sweptAt >= SWEEP_MILLIS) {
            sweptAt = time.millis();
            sweep();
        }
        if (isReady() && repair.isDue(time.millis())) {
            repair.send(routes, retained, time.millis());
        }
    }

    private void sweep() {
        if (isReady()) {
            routes.forgetTombstones(time.millis() - settings.tombstoneMillis());
            retained.forgetTombstones(time.millis() - settings.tombstoneMillis());
        }
        forgetAgain.entrySet().removeIf(entry -> {
            boolean due = entry.getValue() <= time.millis();
            if (due && isLowest()) {
                forget(entry.getKey());
            }
            return due;
        });
        dropDeparted();
        Set<Long> present = new HashSet<>();
        for (long node : routes.nodes()) {
            if (node != self && !links.isPeer(node)) {
                present.add(node);
                if (time.millis() - strangers.computeIfAbsent(node, unknown -> time.millis())
                        >= settings.strangerMillis()) {
                    dropped.add(node);
                    drop(node);
                    // Whoever saw it die may have died itself. Should it live, its routes come back by repair.
                    forget(node);
                }
            }
        }
        strangers.keySet().retainAll(present);
    }

    /** End of a turn, before {@link Links#flush}: publishes what changed, then tells the map and the other nodes. */
    void flush() {
        if (routes.takeDirty()) {
            effects.add(new Effect.PublishRoutes(routes.index()));
        }
        if (retained.takeDirty()) {
            effects.add(new Effect.PublishRetained(retained.index()));
        }
        broadcasts.flush(time.millis());
    }
}
