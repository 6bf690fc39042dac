package io.lacewing.cluster.core;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.cluster.core.Effect.Answer;
import io.lacewing.cluster.core.View.Placement;
import io.lacewing.persistence.shard.ConnectionId;
import io.lacewing.persistence.shard.OpResult;
import io.lacewing.persistence.shard.ShardLimits;
import io.lacewing.persistence.shard.ShardOp;
import io.lacewing.persistence.shard.Will;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Nodes 1, 2, ... with a network that loses nothing, unless a test says so, and {@link TestGrid}. Everything happens in
 * the order in which it was caused; time passes only in {@link #pass}.
 */
final class TestCluster {
    static final int SHARDS = 20;
    private static final long TICK = 50;
    /** No lease is asked for. */
    private static final CoreSettings.Cluster SERVING = new CoreSettings.Cluster(1, true, false, 2_000, 250);

    final TestGrid grid = new TestGrid(this);
    private final CoreSettings settings;
    private final Map<Long, TestNode> nodes = new TreeMap<>();
    private final Map<Long, TestDisk> disks = new TreeMap<>();
    private final Placement[] placements = new Placement[SHARDS];
    private final ArrayDeque<Event> events = new ArrayDeque<>();
    /** Frames of these nodes are lost. */
    final Set<Long> mute = new TreeSet<>();

    long now = 1_000_000;

    private record Event(TestNode node, Input input) {}

    /** A connected client and what its CONNECT was answered. */
    record Client(TestNode node, String id, long connection, OpResult.Attached attached) {
        long epoch() {
            return attached.epoch();
        }
    }

    TestCluster(int size) {
        this(size, ShardLimits.DEFAULT);
    }

    TestCluster(int size, ShardLimits limits) {
        this(size, new ShardBudget(limits, Long.MAX_VALUE, 2), SERVING);
    }

    TestCluster(int size, ShardBudget budget) {
        this(size, budget, SERVING);
    }

    TestCluster(int size, ShardLimits limits, CoreSettings.Cluster lease) {
        this(size, new ShardBudget(limits, Long.MAX_VALUE, 2), lease);
    }

    private TestCluster(int size, ShardBudget budget, CoreSettings.Cluster lease) {
        settings = new CoreSettings(SHARDS, 2, CoreSettings.Bounds.DEFAULT, CoreSettings.Times.DEFAULT, lease, budget);
        for (long incarnation = 1; incarnation <= size; incarnation++) {
            nodes.put(incarnation, new TestNode(incarnation, settings));
        }
        for (int shard = 0; shard < SHARDS; shard++) {
            long owner = 1L + shard % size;
            placements[shard] = new Placement(owner, size == 1 ? List.of() : List.of(1 + owner % size));
        }
        begin();
    }

    /** Nodes with disks and a lease; each is known by the identity of its directory, its number at first. */
    static TestCluster durable(int size) {
        return new TestCluster(size, true);
    }

    private TestCluster(int size, boolean durable) {
        settings = new CoreSettings(
                SHARDS,
                2,
                CoreSettings.Bounds.DEFAULT,
                CoreSettings.Times.DEFAULT,
                CoreSettings.Cluster.of(size),
                new ShardBudget(ShardLimits.DEFAULT, Long.MAX_VALUE, 2));
        assertTrue(durable);
        Arrays.fill(placements, Placement.NONE);
        for (long identity = 1; identity <= size; identity++) {
            add(identity, identity);
        }
        begin();
    }

    private void begin() {
        viewChanged();
        pass(200);
        for (int i = 0; i < 100 && !nodes.values().stream().allMatch(node -> node.ready); i++) {
            pass(50);
        }
        nodes.values().forEach(node -> assertTrue(node.ready, "node " + node.incarnation + " is ready"));
    }

    // ---- nodes with disks ----

    TestDisk disk(long identity) {
        return disks.computeIfAbsent(identity, TestDisk::new);
    }

    private TestNode add(long incarnation, long identity) {
        View.Member member = new View.Member(incarnation, "node-" + identity, identity);
        TestNode node = new TestNode(member, settings, disk(identity));
        nodes.put(incarnation, node);
        rebalance();
        return node;
    }

    /** All processes end at once. */
    void stopAll() {
        nodes.values().forEach(node -> node.alive = false);
        nodes.clear();
        events.clear();
        grid.clear();
        Arrays.fill(placements, Placement.NONE);
        now += 1_000;
    }

    /** A process starts on the directory of this identity. */
    TestNode start(long incarnation, long identity) {
        TestNode node = add(incarnation, identity);
        viewChanged();
        run();
        return node;
    }

    /** Each shard has an owner and a backup among the living. */
    private void rebalance() {
        List<Long> living = living();
        for (int shard = 0; shard < SHARDS; shard++) {
            List<Long> holders = new ArrayList<>();
            holders.add(placements[shard].owner());
            holders.addAll(placements[shard].backups());
            holders.retainAll(living);
            for (int i = 0; i < living.size(); i++) {
                long candidate = living.get((shard + i) % living.size());
                if (holders.size() < Math.min(2, living.size()) && !holders.contains(candidate)) {
                    if (!holders.isEmpty()) {
                        grid.copy(shard, holders.getFirst(), candidate);
                    }
                    holders.add(candidate);
                }
            }
            placements[shard] = holders.isEmpty()
                    ? Placement.NONE
                    : new Placement(holders.getFirst(), List.copyOf(holders.subList(1, holders.size())));
        }
    }

    TestNode node(long incarnation) {
        return assertNotNullNode(nodes.get(incarnation));
    }

    private static TestNode assertNotNullNode(@Nullable TestNode node) {
        assertNotNull(node);
        return node;
    }

    TestNode join(long incarnation) {
        nodes.put(incarnation, new TestNode(incarnation, settings));
        viewChanged();
        pass(200);
        return node(incarnation);
    }

    Placement placement(int shard) {
        return placements[shard];
    }

    /** Changes who holds a shard, for the maps only: {@link #viewChanged} tells the nodes. */
    void place(int shard, long owner, Long... backups) {
        placements[shard] = new Placement(owner, List.of(backups));
    }

    /** The node dies. Its shards go to their backups, and nodes that are left become backups. */
    void kill(long incarnation) {
        node(incarnation).alive = false;
        grid.forget(incarnation);
        rebalance();
        viewChanged();
        run();
    }

    private List<Long> living() {
        return nodes.values().stream()
                .filter(node -> node.alive)
                .map(node -> node.incarnation)
                .toList();
    }

    View view() {
        List<View.Member> members =
                living().stream().map(incarnation -> node(incarnation).member).toList();
        return new View(members, List.copyOf(Arrays.asList(placements)));
    }

    void viewChanged() {
        View view = view();
        nodes.values().forEach(node -> later(node, new Input.ViewChanged(view)));
    }

    void later(TestNode node, Input input) {
        events.add(new Event(node, input));
    }

    /** Lets everything happen that does not need time. */
    void run() {
        int steps = 0;
        for (Event event = events.poll(); event != null; event = events.poll()) {
            assertTrue(++steps < 1_000_000, "comes to rest");
            turn(event.node(), event.input());
        }
    }

    private void turn(TestNode node, Input input) {
        if (node.alive) {
            node.core.handle(input, now);
            node.core.flush(now);
            node.core.effects().forEach(effect -> act(node, effect));
        }
    }

    /** Lets time pass, and what happens in it. */
    void pass(long millis) {
        run();
        for (long end = now + millis; now < end; ) {
            now += TICK;
            nodes.values().forEach(node -> later(node, new Input.Tick()));
            run();
        }
    }

    private void act(TestNode node, Effect effect) {
        switch (effect) {
            case Effect.Send send -> {
                node.sent.add(send.frame());
                TestNode to = nodes.get(send.frame().to());
                if (to != null && !mute.contains(node.incarnation)) {
                    later(to, new Input.FrameReceived(send.frame()));
                }
            }
            case Effect.OpenShard open -> grid.open(node, open.shard());
            case Effect.SubmitBatch submit -> grid.submit(node, submit.batch());
            case Effect.CreateShard create -> grid.create(node, create.shard());
            case Effect.SaveState save -> {
                if (node.disk != null) {
                    node.disk.state = save.state();
                }
                later(node, new Input.StateSaved(save.save()));
            }
            case Effect.KeepRecords keep -> keep(node, keep);
            case Effect.ExpectCopy expect -> grid.expect(expect);
            case Effect.SendCopy send -> grid.send(node, send);
            case Effect.ForgetCopy forget -> diskOf(node).forget(forget.shard());
            case Effect.RecordsWritten written -> node.written.add(written.mark());
            case Effect.Alive alive -> diskOf(node).aliveAt = alive.wall();
            case Effect.Answered answered -> {
                node.ordered.add(answered.request());
                node.answered.addAll(answered.lines());
            }
            case Effect.Standing standing -> node.standing = standing.standing();
            case Effect.Rejoin rejoin -> {}
            case Effect.Lease lease -> {}
            case Effect.InstallCopies install -> grid.install(node, install.shard());
            case Effect.StoreRecords store -> grid.store(node, store);
            case Effect.LoadTables load -> grid.load(node);
            case Effect.ForgetDestination forget -> grid.forgetDestination(forget.incarnation());
            case Effect.Reply reply -> {
                node.order.add(reply.request());
                assertTrue(node.replies.put(reply.request(), reply.answer()) == null, "one reply per request");
            }
            case Effect.Deliver deliver -> node.delivered.add(deliver.delivery());
            case Effect.CloseConnection close -> close(node, close);
            case Effect.DeliverLocal deliver -> node.local.add(deliver);
            case Effect.PublishRoutes publish -> node.routes = publish.routes();
            case Effect.PublishRetained publish -> {
                node.retained = publish.retained();
                node.own = publish.own();
            }
            case Effect.Ready ready -> node.ready = ready.missing() == null;
            case Effect.Note note -> node.notes.add(note);
        }
    }

    private static TestDisk diskOf(TestNode node) {
        TestDisk disk = node.disk;
        assertNotNull(disk, "it has a disk");
        return disk;
    }

    private void keep(TestNode node, Effect.KeepRecords keep) {
        TestDisk disk = diskOf(node);
        if (disk.stuck) {
            disk.waiting.add(keep);
        } else {
            disk.records.addAll(keep.records());
            later(node, new Input.RecordsKept(keep.keep()));
        }
    }

    /** The disk takes what waited. */
    void unstick(TestNode node) {
        TestDisk disk = diskOf(node);
        disk.stuck = false;
        List<Effect.KeepRecords> waited = List.copyOf(disk.waiting);
        disk.waiting.clear();
        waited.forEach(keep -> keep(node, keep));
        run();
    }

    private void close(TestNode node, Effect.CloseConnection close) {
        node.closed.add(close.number());
        if (node.closesAtOnce) {
            ShardOp detach = new ShardOp.Detach(close.clientId(), close.epoch(), false, -1);
            later(node, new Input.Request(0, close.clientId(), detach));
        }
    }

    // ---- what clients do ----

    /** Asks for something without letting it happen yet. */
    long ask(TestNode node, String clientId, ShardOp op) {
        long request = node.nextRequest();
        later(node, new Input.Request(request, clientId, op));
        return request;
    }

    /** Asks and waits for the shard's answer. */
    OpResult request(TestNode node, String clientId, ShardOp op) {
        long request = ask(node, clientId, op);
        run();
        return result(node, request);
    }

    OpResult result(TestNode node, long request) {
        return assertInstanceOf(Answer.Shard.class, node.reply(request)).result();
    }

    static ShardOp.Attach connect(TestNode node, String clientId, long connection, long expiry, @Nullable Will will) {
        return new ShardOp.Attach(
                clientId, new ConnectionId(node.incarnation, connection), expiry == 0, expiry, 100, will);
    }

    Client attach(TestNode node, String clientId, long connection, long expiry) {
        OpResult result = request(node, clientId, connect(node, clientId, connection, expiry, null));
        return new Client(node, clientId, connection, assertInstanceOf(OpResult.Attached.class, result));
    }

    OpResult subscribe(Client client, String filter, Qos qos) {
        Subscription subscription = Subscription.plain(TopicFilter.of(filter), qos);
        return request(
                client.node(), client.id(), new ShardOp.Subscribe(client.id(), client.epoch(), List.of(subscription)));
    }

    void detach(Client client, boolean discardWill) {
        request(client.node(), client.id(), new ShardOp.Detach(client.id(), client.epoch(), discardWill, -1));
    }

    /** Publishes without letting it happen yet. */
    long askPublish(TestNode node, Message message) {
        long request = node.nextRequest();
        later(node, new Input.Publish(request, message));
        return request;
    }

    Answer publish(TestNode node, Message message) {
        long request = askPublish(node, message);
        run();
        Answer answer = node.reply(request);
        assertNotNull(answer);
        return answer;
    }

    Answer localSubscription(TestNode node, String filter, int delta) {
        long request = node.nextRequest();
        later(node, new Input.LocalSubscriptions(request, TopicFilter.of(filter), delta));
        run();
        Answer answer = node.reply(request);
        assertNotNull(answer);
        return answer;
    }

    static Message message(String topic, String payload, Qos qos) {
        return Message.of(TopicName.of(topic), payload.getBytes(StandardCharsets.UTF_8), qos, false);
    }

    static Message retained(String topic, String payload) {
        return Message.of(TopicName.of(topic), payload.getBytes(StandardCharsets.UTF_8), Qos.AT_LEAST_ONCE, true);
    }

    static String text(Message message) {
        return new String(message.payload(), StandardCharsets.UTF_8);
    }

    /** A client id that belongs to a shard. */
    static String clientOf(int shard) {
        return clientOf(shard, 0);
    }

    /** The {@code n}-th client id, from 0, that belongs to a shard. */
    static String clientOf(int shard, int n) {
        int left = n;
        for (int i = 0; ; i++) {
            String id = "client-" + i;
            if (Shards.of(id, SHARDS) == shard && left-- == 0) {
                return id;
            }
        }
    }
}
