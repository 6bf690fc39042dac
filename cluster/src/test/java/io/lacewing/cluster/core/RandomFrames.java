package io.lacewing.cluster.core;

import io.lacewing.cluster.core.NodeMessage.ShardTarget;
import io.lacewing.persistence.shard.Applied.Answer;
import io.lacewing.persistence.shard.Batch.NumberedOp;
import io.lacewing.persistence.shard.ConnectionId;
import io.lacewing.persistence.shard.Delivery;
import io.lacewing.persistence.shard.OpResult;
import io.lacewing.persistence.shard.Origin;
import io.lacewing.persistence.shard.ShardOp;
import io.lacewing.persistence.shard.Will;
import io.lacewing.router.Destination.NodeDestination;
import io.lacewing.router.Destination.ShardDestination;
import io.lacewing.router.Digest;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.RouteKey;
import io.lacewing.router.RouteValue;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Frames of every kind, from a seed. */
final class RandomFrames {
    private final Random random;

    RandomFrames(long seed) {
        this.random = new Random(seed);
    }

    Frame frame() {
        return new Frame(random.nextLong(), random.nextLong(), number(), number(), list(5, this::message));
    }

    private NodeMessage message() {
        return switch (random.nextInt(19)) {
            case 0 ->
                new NodeMessage.Forward(
                        application(),
                        origin(),
                        number(),
                        random.nextBoolean(),
                        list(3, this::filter),
                        list(
                                3,
                                () -> new ShardTarget(
                                        shard(),
                                        number(),
                                        number(),
                                        number(),
                                        random.nextBoolean(),
                                        list(2, this::filter))));
            case 1 ->
                new NodeMessage.Ops(
                        shard(), origin(), number(), list(4, () -> new NumberedOp(origin(), number(), number(), op())));
            case 2 -> new NodeMessage.Answers(shard(), list(4, this::answer));
            case 3 -> new NodeMessage.NotOwner(shard(), origin());
            case 4 -> new NodeMessage.Deliveries(random.nextInt(271), number(), list(4, this::delivery));
            case 5 -> new NodeMessage.CloseConnection(number(), "c" + random.nextInt(), number());
            case 6 -> new NodeMessage.Hello("n" + random.nextInt());
            case 7 -> new NodeMessage.Changes(number(), list(5, this::tableRecord));
            case 8 ->
                new NodeMessage.Digests(
                        table(), random.longs(Digest.RANGES).boxed().toList(), random.nextBoolean());
            case 9 ->
                new NodeMessage.Ranges(
                        table(),
                        list(3, () -> random.nextInt(Digest.RANGES)),
                        list(5, this::tableRecord),
                        random.nextBoolean());
            case 10 -> new NodeMessage.ChangesKept(number());
            case 11 ->
                new NodeMessage.Pulse(
                        number(),
                        list(5, random::nextLong),
                        random.nextBoolean(),
                        random.nextBoolean(),
                        number(),
                        number());
            case 12 -> new NodeMessage.Echo(number());
            case 13 -> new NodeMessage.GivenUp(list(5, random::nextLong));
            case 14 ->
                new NodeMessage.Offers(
                        number(), list(5, () -> new Offer(shard(), number(), number(), random.nextBoolean())));
            case 15 -> new NodeMessage.WantCopy(shard(), number(), number());
            case 16 -> ofVoters();
            case 17 -> new NodeMessage.WantOffers(number());
            default ->
                new NodeMessage.Report(new ReplicaReport(
                        shard(), random.nextLong(), number(), number(), random.nextLong(), random.nextBoolean()));
        };
    }

    private NodeMessage.OfVoters ofVoters() {
        return switch (random.nextInt(7)) {
            case 0 -> new NodeMessage.OfVoters.Prepare(ballot());
            case 1 -> new NodeMessage.OfVoters.Promise(ballot(), ballot(), voters());
            case 2 -> new NodeMessage.OfVoters.Accept(ballot(), voters());
            case 3 -> new NodeMessage.OfVoters.Accepted(ballot());
            case 4 -> new NodeMessage.OfVoters.Rejected(ballot(), ballot());
            case 5 -> new NodeMessage.OfVoters.Learn(ballot(), voters());
            default -> new NodeMessage.OfVoters.Ask();
        };
    }

    /** What a node keeps of itself. */
    NodeState nodeState() {
        return new NodeState(random.nextLong(), ballot(), ballot(), voters(), voters(), list(4, random::nextLong));
    }

    private NodeState.Ballot ballot() {
        return new NodeState.Ballot(number(), random.nextLong());
    }

    private Voters voters() {
        return new Voters(
                random.nextLong(),
                number(),
                list(4, () -> new Voters.Voter("n" + random.nextInt(), random.nextLong())));
    }

    TableRecord tableRecord() {
        Version version = new Version(number(), random.nextLong());
        if (random.nextInt(4) == 0) {
            return new TableRecord.Holders(shard(), version, list(4, random::nextLong));
        }
        if (random.nextBoolean()) {
            Message message = application();
            return new TableRecord.Retained(message.topic(), version, random.nextInt(3) == 0 ? null : message);
        }
        TopicFilter filter = filter();
        RouteKey key = new RouteKey(
                random.nextBoolean() ? new ShardDestination(shard()) : new NodeDestination(random.nextLong()), filter);
        RouteValue value =
                filter.isShared() ? new RouteValue(random.nextInt(5), random.nextInt(1_000_000)) : RouteValue.PLAIN;
        return new TableRecord.Route(key, version, random.nextInt(3) == 0 ? null : value);
    }

    private Message application() {
        byte[] payload = new byte[random.nextInt(50)];
        random.nextBytes(payload);
        return new Message(
                TopicName.of("t/" + random.nextInt(100)),
                payload,
                qos(),
                random.nextBoolean(),
                random.nextBoolean() ? Message.NEVER : number(),
                new byte[random.nextInt(4)],
                random.nextBoolean() ? null : "client",
                random.nextBoolean() ? 0 : number());
    }

    private ShardOp op() {
        String client = "c" + random.nextInt();
        return switch (random.nextInt(6)) {
            case 0 ->
                new ShardOp.Attach(
                        client,
                        new ConnectionId(random.nextLong(), number()),
                        random.nextBoolean(),
                        random.nextLong(1L << 32),
                        1 + random.nextInt(65_535),
                        random.nextBoolean()
                                ? null
                                : new Will(application(), random.nextInt(100), random.nextInt(100) - 1));
            case 1 -> new ShardOp.Detach(client, number(), random.nextBoolean(), random.nextInt(10) - 1);
            case 2 -> new ShardOp.Subscribe(client, number(), list(3, () -> Subscription.plain(filter(), qos())));
            case 3 -> new ShardOp.Publish(application(), random.nextBoolean(), list(2, this::filter));
            case 4 -> new ShardOp.Redeliver(client, number(), number());
            default -> new ShardOp.Tick();
        };
    }

    private Answer answer() {
        return random.nextBoolean()
                ? new Answer.Gap(origin(), number(), number())
                : new Answer.Result(
                        origin(),
                        number(),
                        random.nextBoolean()
                                ? new OpResult.Published(random.nextInt(100), random.nextInt(2))
                                : new OpResult.Attached(true, false, number(), list(2, this::number)));
    }

    private Delivery delivery() {
        ConnectionId connection = new ConnectionId(random.nextLong(), number());
        return random.nextBoolean()
                ? new Delivery.Pubrel("c", connection, number(), number(), random.nextInt(65_536))
                : new Delivery.Publish(
                        "c",
                        connection,
                        number(),
                        number(),
                        random.nextInt(65_536),
                        qos(),
                        random.nextBoolean(),
                        random.nextBoolean(),
                        list(3, () -> random.nextInt(1 << 28)),
                        application());
    }

    private <T> List<T> list(int bound, Supplier<T> item) {
        List<T> items = new ArrayList<>();
        for (int i = random.nextInt(bound); i > 0; i--) {
            items.add(item.get());
        }
        return items;
    }

    private TopicFilter filter() {
        return TopicFilter.of((random.nextBoolean() ? "$share/g/" : "") + "a/" + random.nextInt(9) + "/+");
    }

    private Origin origin() {
        Origin.Kind kind = Origin.Kind.values()[random.nextInt(3)];
        return new Origin(kind, kind == Origin.Kind.SHARD ? shard() : random.nextLong());
    }

    private NodeMessage.Table table() {
        return NodeMessage.Table.values()[random.nextInt(3)];
    }

    private Qos qos() {
        return Qos.of(random.nextInt(3));
    }

    private int shard() {
        return random.nextInt(271);
    }

    private long number() {
        return random.nextLong() >>> (1 + random.nextInt(62));
    }
}
