package io.lacewing.cluster.core;

import io.lacewing.cluster.core.NodeMessage.Changes;
import io.lacewing.cluster.core.NodeMessage.ChangesKept;
import io.lacewing.cluster.core.NodeMessage.Digests;
import io.lacewing.cluster.core.NodeMessage.Hello;
import io.lacewing.cluster.core.NodeMessage.Ranges;
import io.lacewing.cluster.core.RowKeeper.Waiting;
import io.lacewing.persistence.shard.Owed;
import io.lacewing.router.Destination.ShardDestination;
import io.lacewing.router.Message;
import io.lacewing.router.RetainedIndex;
import io.lacewing.router.RouteIndex;
import io.lacewing.router.RouteKey;
import io.lacewing.router.RouteValue;
import io.lacewing.router.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tables that every node holds whole: routes, retained messages, and who holds which shard. A change is told to every
 * node and to the map behind the table, and its token comes back when the map and every live node have it, on disk if
 * nodes have disks: only then may it be acknowledged to a client. Whoever is not READY yet learns what it misses when it
 * joins.
 *
 * <p>A retained message is acknowledged when a majority of the voters has it on disk, so that it is found after a stop of
 * all. As the disk of a node that has just joined counts only from when it is ready, such a node says only then that it has
 * kept one; but not where it recovers together with whoever asks, as none of them acknowledges anything yet.
 *
 * <p>In a turn: inputs and tokens first, then {@link #flush}, then {@link Links#flush}: so this node's readers see a
 * change before any other node hears that it was taken.
 */
final class Tables {
    private static final long SWEEP_MILLIS = 1_000;

    private final long self;
    private final TableSettings settings;
    private final Links links;
    private final Effects effects;
    private final SteadyTime time = new SteadyTime();
    private final TableSet tables = new TableSet();
    private final LocalRoutes local;
    private final NodeRoutes ofNodes;
    private final RowKeeper keeper;
    private final Broadcasts broadcasts;
    private final OwnRows own;
    private final Joining joining;
    private final RowRewrite rewrite;
    private final TableRepair repair;
    private final List<Token> completed = new ArrayList<>();
    /** Answers that wait until this node is ready. */
    private final List<Waiting.Answer> held = new ArrayList<>();

    private long now;
    private long sweptAt;

    Tables(TableNode node, TableSettings settings, Majority majority, Links links, Effects effects) {
        this.self = node.member().incarnation();
        this.settings = settings;
        this.links = links;
        this.effects = effects;
        this.local = new LocalRoutes(self);
        this.ofNodes = new NodeRoutes(self, settings, tables.routes(), links, effects);
        this.keeper = new RowKeeper(node.recovered(), settings, effects);
        this.broadcasts = new Broadcasts(settings, tables, links, keeper, effects, completed);
        this.own = new OwnRows(settings, tables, keeper, broadcasts);
        this.joining = new Joining(node, settings, majority, links, keeper, effects);
        this.rewrite = new RowRewrite(settings, tables, keeper, effects);
        this.repair = new TableRepair(self, settings, links, effects);
    }

    // ---- who is there ----

    /** After {@link Links#viewChanged}. */
    void viewChanged(View changed) {
        ofNodes.viewChanged(changed, time.millis());
        broadcasts.dropDeparted();
        for (View.Member member : changed.members()) {
            if (member.incarnation() != self) {
                broadcasts.admit(member.incarnation());
            }
        }
        joining.viewChanged(changed, own);
    }

    /**
     * Before others are told that this node gives up who has left: they are told which records of holders it took from it,
     * so that nobody opens a shard without knowing of the last one. Whoever has come is told for the same reason.
     */
    void tellHolders(View before, View changed) {
        boolean left = before.members().stream().anyMatch(member -> !changed.has(member.incarnation()));
        List<TableRecord> all = new ArrayList<>();
        tables.holders().addTo(all);
        for (View.Member member : changed.members()) {
            long peer = member.incarnation();
            if (peer != self && !all.isEmpty() && (left || !before.has(peer))) {
                links.send(peer, new Ranges(NodeMessage.Table.HOLDERS, List.of(), all, false), null);
            }
        }
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
        keeper.keep(merge(loaded.records()), null);
        List<Long> asked = joining.loaded(loaded.ok(), own, time.millis(), now);
        asked.forEach(peer -> repair.ask(peer, tables));
    }

    /** True once this node has joined and its tables are complete. */
    boolean isReady() {
        return joining.isReady();
    }

    /** True once all nodes know what this node's disk had of the tables. */
    boolean hasOffered() {
        return joining.hasOffered(own);
    }

    // ---- changes from here ----

    /** As {@link Input.LocalSubscriptions}; RoutePart(request) comes back when it is done, unless {@code request} is 0. */
    void localSubscriptions(long request, TopicFilter filter, int delta) {
        Token token = request == 0 ? null : new Token.RoutePart(request);
        TableRecord.Route change = local.change(filter, delta);
        if (change != null) {
            change(change, token);
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
        change(change, token);
    }

    private void change(TableRecord record, @Nullable Token token) {
        tables.apply(record, time.millis());
        broadcasts.change(record, token);
    }

    /**
     * The routes to a shard that was lost lead nowhere: those of epochs before this one are removed, from which it begins
     * empty.
     */
    void clearRoutes(int shard, long epoch) {
        ShardDestination destination = new ShardDestination(shard);
        List<RouteKey> keys = new ArrayList<>();
        tables.routes()
                .index()
                .routes(destination)
                .forEach((filter, value) -> keys.add(new RouteKey(destination, filter)));
        for (RouteKey key : keys) {
            TableRecord.Route route = tables.routes().get(key);
            if (route != null && route.version().major() < epoch) {
                change(new TableRecord.Route(key, new Version(epoch, 0), null), null);
            }
        }
    }

    /** Records who holds a shard; {@code token} comes back when every node knows. */
    void record(TableRecord.Holders holders, Token token) {
        change(holders, token);
    }

    /** Who holds a shard, as far as this node knows; null if that was never recorded. */
    TableRecord.@Nullable Holders holders(int shard) {
        return tables.holders().get(shard);
    }

    /** The message with a retained version, made now if it has none; it is to be passed on with it. */
    Message stamped(Message message) {
        return message.retainedVersion() != 0
                ? message
                : message.withRetainedVersion(tables.retained().nextVersion(now));
    }

    /** True if there is room for one more retained message, or this one takes none. */
    boolean mayRetain(Message message) {
        return message.payload().length == 0
                || retained()
                        .hasRoomFor(
                                message.topic(), message.size(), settings.maxRetained(), settings.maxRetainedBytes());
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
        change(change, token);
    }

    /** A node has kept a broadcast. */
    void receive(long from, ChangesKept kept) {
        broadcasts.kept(from, kept.broadcast());
    }

    /** Answer to {@link Effect.KeepRecords}. */
    void kept(Input.RecordsKept kept) {
        for (Waiting waiting : keeper.kept(kept.keep())) {
            switch (waiting) {
                case Waiting.Own ours -> broadcasts.kept(ours);
                case Waiting.Answer answer -> answer(answer);
            }
        }
    }

    /** The journal is to let old records go. */
    void wanted(Input.RecordsWanted wanted) {
        rewrite.wanted(wanted.mark());
    }

    /** A record that this node's disk had is known to all. */
    void taken(Token.RecoveredRow row) {
        own.back();
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
        boolean retained = changes.records().stream().anyMatch(TableRecord.Retained.class::isInstance);
        Waiting.Answer answer = new Waiting.Answer(from, changes.broadcast(), retained);
        if (keeper.keep(merge(changes.records()), answer)) {
            answer(answer);
        }
    }

    private void answer(Waiting.Answer answer) {
        if (isHeld(answer)) {
            held.add(answer);
        } else {
            links.send(answer.peer(), new ChangesKept(answer.broadcast()), null);
        }
    }

    private boolean isHeld(Waiting.Answer answer) {
        return answer.retained()
                && keeper.isDurable()
                && !isReady()
                && (!joining.isRecovering() || joining.isReady(answer.peer()));
    }

    /** Another node's digests: answered if it joins; compared if both have joined, unless this node's own changes are stuck. */
    void receive(long from, Digests digests) {
        if (digests.joining()) {
            repair.answer(from, digests, tables.table(digests.table()));
            return;
        }
        if (!isReady() || broadcasts.isUnderWaySince(time.millis() - settings.digestMillis())) {
            return;
        }
        repair.compare(from, digests, tables.table(digests.table()));
    }

    /** Records of ranges that differ. */
    void receive(long from, Ranges ranges) {
        keeper.keep(merge(ranges.records()), null);
        joining.received(from, ranges);
        if (ranges.reply()) {
            repair.exchange(from, ranges.table(), ranges.ranges(), tables.table(ranges.table()), false);
        }
    }

    /** Takes what is newer, and returns it. */
    private List<TableRecord> merge(List<TableRecord> records) {
        List<TableRecord> taken = new ArrayList<>();
        for (TableRecord record : records) {
            boolean dead = record instanceof TableRecord.Route route && ofNodes.isDead(route);
            if (!dead && tables.apply(record, time.millis())) {
                taken.add(record);
            }
        }
        return taken;
    }

    // ---- reading, time, end of turn ----

    /** The routes, changes of this turn included. */
    RouteIndex routes() {
        return tables.routes().index();
    }

    /** The retained messages, changes of this turn included. */
    RetainedIndex retained() {
        return tables.retained().index();
    }

    /** Time passes. */
    void tick(long wall) {
        now = wall;
        time.advance(wall);
        broadcasts.tick(time.millis());
        tables.retained().expire(wall, time.millis());
        if (time.millis() - sweptAt >= SWEEP_MILLIS) {
            sweptAt = time.millis();
            sweep();
        }
        if (isReady() && repair.isDue(time.millis())) {
            repair.send(tables, time.millis());
        }
    }

    private void sweep() {
        if (isReady()) {
            tables.routes().forgetTombstones(time.millis() - settings.tombstoneMillis());
            tables.retained().forgetTombstones(time.millis() - settings.tombstoneMillis());
        }
        ofNodes.sweep(time.millis());
    }

    /** End of a turn, before {@link Links#flush}: publishes what changed, then tells the map and the other nodes. */
    void flush() {
        if (!isReady()) {
            joining.flush(own, time.millis(), now);
        }
        if (isReady()) {
            rewrite.flush();
        }
        if (!held.isEmpty()) {
            List<Waiting.Answer> answers = List.copyOf(held);
            held.clear();
            answers.forEach(this::answer);
        }
        if (tables.routes().takeDirty()) {
            effects.add(new Effect.PublishRoutes(tables.routes().index()));
        }
        if (tables.retained().takeDirty()) {
            effects.add(new Effect.PublishRetained(
                    tables.retained().index(), tables.retained().own()));
        }
        broadcasts.flush(time.millis());
    }
}
