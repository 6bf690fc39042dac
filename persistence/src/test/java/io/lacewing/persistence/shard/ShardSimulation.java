package io.lacewing.persistence.shard;

import static io.lacewing.persistence.shard.Invariants.holds;

import io.lacewing.persistence.session.DropCause;
import io.lacewing.persistence.session.QueuePolicy;
import io.lacewing.persistence.session.SessionLimits;
import io.lacewing.persistence.shard.Batch.Confirmed;
import io.lacewing.persistence.shard.Batch.NumberedOp;
import io.lacewing.router.Destination;
import io.lacewing.router.Destination.ShardDestination;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.RetainHandling;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * One shard, a replica of it, and a world that treats them badly: several origins that repeat, forget and leap, clients
 * that come and go and acknowledge wrongly, owners that follow each other, copies that are thrown away for restored
 * ones, deadlines. After every batch the replicas' bytes, {@link ShardModel} and {@link Invariants} are compared.
 */
final class ShardSimulation {
    static final int MAX_QUEUED = 6;
    private static final String[] FILTERS = {"a/b", "a/+", "#", "b", "$share/g/a/b", "$share/h/#"};
    private static final String[] TOPICS = {"a/b", "a/c", "b"};
    private static final int CLIENTS = 5;

    /** One that numbers ops; {@code sent} is what it may send again. */
    private static final class Sender {
        final Origin origin;
        long last;
        long confirmed;
        final Map<Long, NumberedOp> sent = new TreeMap<>();
        final Map<Long, String> answers = new HashMap<>();

        Sender(Origin origin) {
            this.origin = origin;
        }
    }

    private final Random random;
    private final UnaryOperator<Applied> tamper;
    private final ShardLimits limits;
    private final ShardModel model;
    private final Invariants invariants = new Invariants();
    private final List<Sender> senders = new ArrayList<>();
    private final Map<String, List<Long>> epochs = new HashMap<>();
    private final Map<String, String> routes = new LinkedHashMap<>();
    private Shard shard;
    private Shard replica;
    private long now = 1_000_000;
    private long lastOwed;
    private int texts;
    private int connections;
    int deliveries;
    int wills;
    int rejected;
    int warnings;

    ShardSimulation(long seed) {
        this(seed, UnaryOperator.identity());
    }

    /** {@code tamper} breaks what the shard gave before it is judged: to see the judges find it. */
    ShardSimulation(long seed, UnaryOperator<Applied> tamper) {
        random = new Random(seed);
        limits = limits(MAX_QUEUED, QueuePolicy.of((int) (seed % QueuePolicy.count())), seed % 2 == 0);
        model = new ShardModel(limits.session());
        shard = new Shard(1, limits);
        replica = new Shard(1, limits);
        this.tamper = tamper;
        senders.add(new Sender(Origin.node(1)));
        senders.add(new Sender(Origin.node(2)));
        senders.add(new Sender(Origin.shard(9)));
        run(shard.epoch() + 1, new ArrayList<>(List.of(owner(new ShardOp.TakeOver(1)))), List.of());
    }

    private static ShardLimits limits(int maxQueued, QueuePolicy policy, boolean queueQos0) {
        SessionLimits session = new SessionLimits(maxQueued, 1 << 20, 8, 1 << 20, policy, queueQos0);
        return new ShardLimits(session, 50, 4, 1L << 40);
    }

    void steps(int count) {
        for (int i = 0; i < count; i++) {
            step();
        }
        settle();
    }

    private void step() {
        if (random.nextInt(100) == 0) {
            senders.set(1, new Sender(Origin.node(senders.get(1).origin.id() + 100))); // the node died and came back
            run(shard.epoch(), List.of(owner(liveNodes())), List.of());
        }
        now += random.nextInt(100) == 0 ? 200_000 : random.nextInt(4_000) - 500;
        List<NumberedOp> ops = new ArrayList<>();
        List<Confirmed> confirmed = new ArrayList<>();
        long epoch = shard.epoch();
        if (random.nextInt(40) == 0) {
            epoch++;
            ops.add(owner(new ShardOp.TakeOver(random.nextInt(3))));
        }
        int count = 1 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            ops.add(random.nextInt(8) == 0 ? ownersOp() : next(senders.get(random.nextInt(senders.size())), ops));
        }
        if (random.nextInt(5) == 0) {
            Sender sender = senders.get(random.nextInt(senders.size()));
            sender.confirmed = sender.confirmed + random.nextLong(sender.last - sender.confirmed + 1);
            sender.sent.keySet().removeIf(number -> number <= sender.confirmed);
            confirmed.add(new Confirmed(sender.origin, sender.confirmed));
        }
        run(epoch, ops, confirmed);
        if (random.nextInt(10) == 0) {
            shard = Shard.restore(shard.snapshot());
        }
        if (random.nextInt(10) == 0) {
            replica = Shard.restore(shard.snapshot());
        }
    }

    private NumberedOp next(Sender sender, List<NumberedOp> before) {
        int kind = random.nextInt(10);
        if (kind == 0 && !sender.sent.isEmpty()) {
            List<NumberedOp> sent = List.copyOf(sender.sent.values());
            return sent.get(random.nextInt(sent.size()));
        }
        ShardOp op = clientOp();
        long last = sender.last;
        for (NumberedOp earlier : before) {
            if (earlier.origin().equals(sender.origin) && earlier.previous() <= last) {
                last = Math.max(last, earlier.number());
            }
        }
        if (kind == 1) {
            return new NumberedOp(sender.origin, last + 3, last + 2, op);
        }
        long leap = sender.origin.kind() == Origin.Kind.SHARD ? 1 + random.nextInt(3) : 1;
        return new NumberedOp(sender.origin, last + leap, last, op);
    }

    private NumberedOp ownersOp() {
        List<Long> owed = new ArrayList<>(shard.outbox().stream().map(Owed::id).toList());
        return owner(
                switch (random.nextInt(9)) {
                    case 0 -> new ShardOp.Tick();
                    case 1 -> liveNodes();
                    case 2 -> {
                        owed.add(random.nextLong(lastOwed + 1)); // done before, or replaced
                        yield pick(owed.get(random.nextInt(owed.size())));
                    }
                    case 3 -> new ShardOp.Reannounce();
                    case 4 -> new ShardOp.SetLimits(random.nextBoolean() ? limits : randomLimits());
                    default -> {
                        owed.removeIf(id -> random.nextBoolean());
                        owed.add(random.nextLong(lastOwed + 1)); // done before, or replaced
                        yield new ShardOp.Done(List.copyOf(owed));
                    }
                });
    }

    private ShardLimits randomLimits() {
        QueuePolicy policy = QueuePolicy.of(random.nextInt(QueuePolicy.count()));
        return limits(1 + random.nextInt(MAX_QUEUED), policy, random.nextBoolean());
    }

    private static ShardOp pick(long outboxId) {
        Destination to = new ShardDestination(Math.floorMod(outboxId, 5));
        return new ShardOp.Pick(outboxId, List.of(new ShardOp.Pick.Choice(TopicFilter.of("$share/g/a"), to)));
    }

    private ShardOp liveNodes() {
        return new ShardOp.LiveNodes(
                List.of(senders.get(0).origin.id(), senders.get(1).origin.id()));
    }

    private static NumberedOp owner(ShardOp op) {
        return new NumberedOp(Origin.OWNER, 0, 0, op);
    }

    private ShardOp clientOp() {
        String client = "c" + random.nextInt(CLIENTS);
        List<Long> known = epochs.getOrDefault(client, List.of());
        boolean stale = random.nextInt(15) == 0;
        long epoch = known.isEmpty() ? 1 : known.get(stale ? random.nextInt(known.size()) : known.size() - 1);
        return switch (random.nextInt(20)) {
            case 0, 1 -> attach(client);
            case 2 ->
                new ShardOp.Detach(
                        client,
                        maybeTakenOver(known, epoch),
                        random.nextBoolean(),
                        random.nextInt(4) == 0 ? random.nextInt(2) * 30L : -1);
            case 3, 4 -> new ShardOp.Subscribe(client, epoch, List.of(subscription(), subscription()));
            case 5 ->
                new ShardOp.Unsubscribe(client, epoch, List.of(subscription().filter()));
            case 6 -> new ShardOp.ReceiveQos2(client, epoch, 1 + random.nextInt(4), message("in", 2));
            case 7 -> new ShardOp.ReleaseQos2(client, epoch, 1 + random.nextInt(4));
            case 8, 9, 10, 11 -> acknowledge(client, epoch);
            case 12 ->
                random.nextBoolean()
                        ? new ShardOp.Redeliver(client, epoch, 1)
                        : new ShardOp.ListSubscriptions(client, epoch);
            case 13, 14 -> {
                TopicFilter group = TopicFilter.of(FILTERS[4 + random.nextInt(2)]);
                yield new ShardOp.Publish(message("shared", random.nextInt(3)), false, List.of(group));
            }
            default -> new ShardOp.Publish(message("m", random.nextInt(3)), true, List.of());
        };
    }

    /** Connections that were taken over end too. */
    private long maybeTakenOver(List<Long> known, long epoch) {
        return known.size() > 1 && random.nextInt(3) == 0 ? known.get(known.size() - 2) : epoch;
    }

    private ShardOp attach(String client) {
        long expiry = new long[] {0, 20, 100, ShardDriver.NEVER_EXPIRES}[random.nextInt(4)];
        Will will = random.nextBoolean() ? null : new Will(message("will", 1), random.nextInt(3) * 15L, -1);
        long where = senders.get(random.nextInt(2)).origin.id();
        ConnectionId connection = new ConnectionId(where, ++connections);
        return new ShardOp.Attach(client, connection, random.nextInt(4) == 0, expiry, 1 + random.nextInt(4), will);
    }

    private ShardOp acknowledge(String client, long epoch) {
        ShardModel.Client modelled = model.clients.get(client);
        List<ModelQueue.Out> inflight = modelled == null ? List.of() : modelled.inflight;
        if (inflight.isEmpty() || random.nextInt(12) == 0) {
            ShardOp.Acknowledge.Kind kind = ShardOp.Acknowledge.Kind.values()[random.nextInt(3)];
            return new ShardOp.Acknowledge(client, epoch, 60_000 + random.nextInt(9), kind, 0);
        }
        ModelQueue.Out out = inflight.get(random.nextInt(inflight.size()));
        ShardOp.Acknowledge.Kind kind = out.qos == 1
                ? ShardOp.Acknowledge.Kind.PUBACK
                : out.pubrel ? ShardOp.Acknowledge.Kind.PUBCOMP : ShardOp.Acknowledge.Kind.PUBREC;
        if (random.nextInt(10) == 0) {
            kind = ShardOp.Acknowledge.Kind.values()[random.nextInt(3)];
        }
        return new ShardOp.Acknowledge(client, epoch, out.packetId, kind, random.nextInt(6) == 0 ? 0x80 : 0);
    }

    private Subscription subscription() {
        TopicFilter filter = TopicFilter.of(FILTERS[random.nextInt(FILTERS.length)]);
        boolean noLocal = !filter.isShared() && random.nextInt(4) == 0;
        return new Subscription(
                filter, Qos.of(random.nextInt(3)), noLocal, random.nextBoolean(), RetainHandling.DO_NOT_SEND, 0);
    }

    private Message message(String what, int qos) {
        Message m = ShardDriver.message(TOPICS[random.nextInt(TOPICS.length)], qos, what + "-" + ++texts);
        long expiresAt = random.nextInt(5) == 0 ? now + random.nextInt(20_000) : Message.NEVER;
        String publisher = "c" + random.nextInt(CLIENTS);
        return new Message(m.topic(), m.payload(), m.qos(), false, expiresAt, m.properties(), publisher, 0);
    }

    private void run(long epoch, List<NumberedOp> ops, List<Confirmed> confirmed) {
        Batch batch = new Batch(1, epoch, shard.sequence() + 1, now, 1, ops, confirmed);
        byte[] encoded = BatchCodec.encode(batch);
        Applied real = shard.apply(batch, encoded);
        Applied other = replica.apply(BatchCodec.decode(encoded), encoded);
        Applied applied = tamper.apply(real);
        holds("replicas have the same hash", applied.hash() == other.hash(), () -> "batch " + batch.sequence());
        if (batch.sequence() % 8 == 0) {
            boolean same = Arrays.equals(shard.snapshot(), replica.snapshot());
            holds("replicas have the same bytes", same, () -> "batch " + batch.sequence());
            holds("replicas have the same sums", shard.stats().equals(replica.stats()), () -> "" + shard.stats());
            holds("replicas have the same size", shard.bytes() == replica.bytes(), () -> "batch " + batch.sequence());
        }
        invariants.saw(batch, applied);
        foretell(batch, applied);
        compare(applied);
        routes(applied);
        deliveries += applied.deliveries().size();
        lastOwed = real.owed().isEmpty() ? lastOwed : real.owed().getLast().id();
    }

    /** Lets the model do what the shard did, op by op, and compares their answers. */
    private void foretell(Batch batch, Applied applied) {
        model.begin(batch.time());
        int answer = 0;
        for (NumberedOp numbered : batch.ops()) {
            if (numbered.origin().equals(Origin.OWNER)) {
                model.apply(numbered.op(), 0);
                continue;
            }
            Applied.Answer real = applied.answers().get(answer++);
            Sender sender = senderOf(numbered.origin());
            if (numbered.number() <= sender.last) {
                String first = sender.answers.get(numbered.number());
                boolean forgotten = numbered.number() <= sender.confirmed;
                holds(
                        "a repetition gets the first answer",
                        forgotten || said(real).equals(first),
                        () -> numbered + ": " + said(real) + ", first " + first);
            } else if (numbered.previous() > sender.last) {
                holds(
                        "a gap is refused",
                        real.equals(new Applied.Answer.Gap(sender.origin, numbered.number(), sender.last)),
                        () -> numbered + ": " + real);
            } else {
                long newEpoch = newEpoch(numbered.op(), real);
                String expected = model.apply(numbered.op(), newEpoch);
                holds(
                        "the result is the model's",
                        expected.equals(said(real)),
                        () -> numbered + ": " + said(real) + " instead of " + expected);
                sender.last = numbered.number();
                sender.sent.put(numbered.number(), numbered);
                sender.answers.put(numbered.number(), expected);
            }
        }
    }

    private Sender senderOf(Origin origin) {
        return senders.stream().filter(s -> s.origin.equals(origin)).findFirst().orElseThrow();
    }

    private long newEpoch(ShardOp op, Applied.Answer answer) {
        if (op instanceof ShardOp.Attach attach
                && answer instanceof Applied.Answer.Result result
                && result.result() instanceof OpResult.Attached attached) {
            epochs.computeIfAbsent(attach.clientId(), c -> new ArrayList<>()).add(attached.epoch());
            return attached.epoch();
        }
        return 0;
    }

    private static String said(Applied.Answer answer) {
        if (!(answer instanceof Applied.Answer.Result result)) {
            return answer.toString();
        }
        return switch (result.result()) {
            case OpResult.Attached attached -> "attached " + attached.sessionPresent() + " " + attached.persistent();
            case OpResult.Subscribed subscribed -> subscribed.existed().toString();
            case OpResult.Unsubscribed unsubscribed -> unsubscribed.existed().toString();
            case OpResult.Listed listed -> "listed " + listed.subscriptions().size();
            case OpResult.Published published -> "taken " + published.taken() + ", rejected " + published.rejected();
            case OpResult.Ok ok -> "ok";
            case OpResult.Refused refused -> "refused " + refused.reasonCode();
            case OpResult.Stale stale -> "stale";
        };
    }

    private void compare(Applied applied) {
        List<String> expected = new ArrayList<>();
        List<String> actual = new ArrayList<>();
        for (int i = 0; i < applied.deliveries().size(); i++) {
            Delivery delivery = applied.deliveries().get(i);
            ShardModel.Foretold foretold = i < model.deliveries.size() ? model.deliveries.get(i) : null;
            actual.add(
                    switch (delivery) {
                        case Delivery.Publish p -> {
                            String text = ShardDriver.text(p.message());
                            if (foretold != null && !p.dup() && p.packetId() != 0) {
                                model.learn(foretold.client(), text, p.packetId());
                            }
                            yield p.clientId()
                                    + p.epoch()
                                    + p.connection()
                                    + text
                                    + p.qos().value()
                                    + p.dup();
                        }
                        case Delivery.Pubrel p -> p.clientId() + p.epoch() + p.connection() + "PUBREL" + p.packetId();
                    });
        }
        for (ShardModel.Foretold f : model.deliveries) {
            String head = f.client().id + f.epoch() + f.connection();
            ModelQueue.Out out = f.out();
            expected.add(head + (out.pubrel ? "PUBREL" + out.packetId : out.text + out.qos + out.dup));
        }
        holds("deliveries are the model's", expected.equals(actual), () -> actual + " instead of " + expected);
        List<String> published = new ArrayList<>();
        List<String> passedOn = new ArrayList<>();
        List<ConnectionId> closed = new ArrayList<>();
        boolean takeOver = applied.owed().size() == shard.outbox().size();
        for (Owed owed : applied.owed()) {
            switch (owed) {
                case Owed.Publish p -> published.add(ShardDriver.text(p.message()));
                case Owed.PassOn p -> passedOn.add(ShardDriver.text(p.message()));
                case Owed.Give g -> {}
                case Owed.Close c -> closed.add(c.connection());
                case Owed.Route r -> {}
            }
        }
        wills +=
                (int) model.published.stream().filter(t -> t.startsWith("will")).count();
        same("messages owed", published, model.published, takeOver);
        same("messages passed on", passedOn, model.passedOn, takeOver);
        same("connections closed", closed, model.closed, takeOver);
        long dropped = applied.dropped().stream().mapToLong(Dropped::messages).sum();
        holds("drops are counted", dropped == model.sums.dropped, () -> dropped + " instead of " + model.sums.dropped);
        compareQueues(applied);
    }

    private void compareQueues(Applied applied) {
        List<String> warned =
                applied.nearlyFull().stream().map(NearlyFull::clientId).toList();
        holds("nearly full", warned.equals(model.nearlyFull), () -> warned + " instead of " + model.nearlyFull);
        long[] sums = new long[5];
        for (ShardModel.Client client : model.clients.values()) {
            sums[0] += client.persistent ? 1 : 0;
            sums[1] += client.persistent && client.connection != null ? 1 : 0;
            sums[2] += client.queue.list.size();
            sums[3] += client.inflight.size();
            sums[4] += client.queue.isNearlyFull(model.limits) ? 1 : 0;
        }
        ShardStats expected = new ShardStats(sums[0], sums[1], sums[2], sums[3], sums[4], 0, shard.bytes());
        holds("the sums", expected.equals(applied.stats()), () -> applied.stats() + " instead of " + expected);
        warnings += warned.size();
        rejected += applied.dropped().stream()
                .filter(d -> d.cause() == DropCause.REJECTED)
                .mapToInt(d -> (int) d.messages())
                .sum();
    }

    /** At a take-over the list holds older entries too, in front; an entry done in its own batch is not in it. */
    private static void same(String name, List<?> actual, List<?> expected, boolean whole) {
        boolean holds =
                whole ? actual.size() >= expected.size() && actual.containsAll(expected) : actual.equals(expected);
        holds(name, holds, () -> actual + " instead of " + expected);
    }

    /** What has been announced is what there is. */
    private void routes(Applied applied) {
        for (Owed.Route route : ShardDriver.routes(applied)) {
            boolean gone = route.online() + route.offline() == 0;
            String counts = route.filter().isShared() ? route.online() + "/" + route.offline() : "there";
            routes.put(route.filter().value(), gone ? "" : counts);
        }
        for (String filter : FILTERS) {
            List<ShardModel.Client> members = model.members(filter);
            long online = members.stream().filter(c -> c.connection != null).count();
            String counts = filter.startsWith("$share") ? online + "/" + (members.size() - online) : "there";
            String expected = members.isEmpty() ? "" : counts;
            String announced = routes.getOrDefault(filter, "");
            holds(
                    "routes are announced",
                    announced.equals(expected),
                    () -> filter + " announced as '" + announced + "', is '" + expected + "'");
        }
        for (ShardModel.Client client : model.clients.values()) {
            holds("queues are bounded", client.queue.list.size() <= MAX_QUEUED, () -> client.id);
        }
    }

    /** All go away, all that is owed is done, all deadlines pass: nothing may be left but sessions that never expire. */
    private void settle() {
        run(shard.epoch(), List.of(owner(new ShardOp.LiveNodes(List.of()))), List.of());
        senders.removeIf(sender -> sender.origin.kind() == Origin.Kind.NODE);
        now += 10_000_000;
        run(shard.epoch(), List.of(owner(new ShardOp.Tick())), List.of());
        holds("no deadline is left", shard.nextDeadline() == Long.MAX_VALUE, () -> "" + shard.nextDeadline());
        holds("only what never expires is left", shard.clients() == model.clients.size(), () -> "" + shard.clients());
        ShardOp done = new ShardOp.Done(shard.outbox().stream().map(Owed::id).toList());
        run(shard.epoch(), List.of(owner(done)), List.of());
        Set<Long> left = new TreeSet<>();
        shard.outbox().forEach(owed -> left.add(owed.id()));
        invariants.settled(left);
        holds("the outbox gets empty", left.isEmpty(), () -> left.toString());
    }
}
