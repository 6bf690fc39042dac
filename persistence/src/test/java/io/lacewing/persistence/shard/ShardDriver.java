package io.lacewing.persistence.shard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lacewing.persistence.session.SessionLimits;
import io.lacewing.persistence.shard.Batch.NumberedOp;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Drives a shard as an owner would, and a replica with it that is restored from its own snapshot after every batch: if
 * the two ever differ in a byte, the test fails whatever it is about.
 */
final class ShardDriver {
    static final int SHARD = 7;
    static final long NODE = 100;
    static final long NEVER_EXPIRES = 0xFFFF_FFFFL;
    static final ShardLimits LIMITS = new ShardLimits(new SessionLimits(5, 10_000, 10, 5_000), 20, 3, 1_000_000);

    final Shard shard;
    Shard replica;
    long now = 1_000_000;
    /** Which its batches are of. */
    private final int behaviour;

    private long connections;
    private long number;

    ShardDriver() {
        this(LIMITS);
    }

    ShardDriver(ShardLimits limits) {
        this(limits, Shard.BEHAVIOUR);
    }

    ShardDriver(ShardLimits limits, int behaviour) {
        this.behaviour = behaviour;
        shard = new Shard(SHARD, limits);
        replica = new Shard(SHARD, limits);
        takeOver();
    }

    Applied takeOver() {
        return apply(shard.epoch() + 1, List.of(owner(new ShardOp.TakeOver(NODE))), List.of());
    }

    /** One batch of ops of the node, numbered one after the other. */
    Applied apply(ShardOp... ops) {
        List<NumberedOp> numbered = new ArrayList<>();
        for (ShardOp op : ops) {
            numbered.add(new NumberedOp(Origin.node(NODE), number + 1, number, op));
            number++;
        }
        return apply(shard.epoch(), numbered, List.of());
    }

    Applied applyAsOwner(ShardOp... ops) {
        return apply(shard.epoch(), Arrays.stream(ops).map(ShardDriver::owner).toList(), List.of());
    }

    Applied apply(long epoch, List<NumberedOp> ops, List<Batch.Confirmed> confirmed) {
        byte[] encoded =
                BatchCodec.encode(new Batch(SHARD, epoch, shard.sequence() + 1, now, NODE, ops, confirmed, behaviour));
        Batch batch = BatchCodec.decode(encoded);
        assertArrayEquals(encoded, BatchCodec.encode(batch));
        assertEquals(Shard.Verdict.OK, shard.check(batch));
        Applied applied = shard.apply(batch, encoded);
        Applied there = replica.apply(BatchCodec.decode(encoded), encoded);
        assertEquals(applied.hash(), there.hash(), "the replica's hash");
        byte[] snapshot = shard.snapshot();
        assertArrayEquals(snapshot, replica.snapshot(), "the replica's snapshot");
        replica = Shard.restore(snapshot);
        assertArrayEquals(snapshot, replica.snapshot(), "the restored snapshot");
        assertEquals(shard.bytes(), replica.bytes(), "the restored size");
        assertEquals(shard.nextDeadline(), replica.nextDeadline(), "the restored deadline");
        return applied;
    }

    static NumberedOp owner(ShardOp op) {
        return new NumberedOp(Origin.OWNER, 0, 0, op);
    }

    OpResult result(ShardOp op) {
        return only(apply(op));
    }

    static OpResult only(Applied applied) {
        assertEquals(1, applied.answers().size());
        return ((Applied.Answer.Result) applied.answers().getFirst()).result();
    }

    ConnectionId connection() {
        return new ConnectionId(NODE, ++connections);
    }

    /** A CONNECT; gives the attach epoch. */
    long attach(String client, boolean cleanStart, long expiry) {
        return attached(client, cleanStart, expiry, null, 10).epoch();
    }

    OpResult.Attached attached(
            String client, boolean cleanStart, long expiry, @org.jspecify.annotations.Nullable Will will, int window) {
        return (OpResult.Attached) result(new ShardOp.Attach(client, connection(), cleanStart, expiry, window, will));
    }

    /** A persistent session that subscribes. */
    long subscriber(String client, Subscription... subscriptions) {
        long epoch = attach(client, false, NEVER_EXPIRES);
        apply(new ShardOp.Subscribe(client, epoch, List.of(subscriptions)));
        return epoch;
    }

    void detach(String client, long epoch) {
        apply(new ShardOp.Detach(client, epoch, false, -1));
    }

    Applied publish(Message message) {
        return apply(new ShardOp.Publish(message, true, List.of()));
    }

    Applied publishTo(String group, Message message) {
        return apply(new ShardOp.Publish(message, false, List.of(TopicFilter.of(group))));
    }

    Applied puback(String client, long epoch, int packetId) {
        return apply(new ShardOp.Acknowledge(client, epoch, packetId, ShardOp.Acknowledge.Kind.PUBACK, 0));
    }

    OpResult ack(String client, long epoch, int packetId, ShardOp.Acknowledge.Kind kind, int reason) {
        return result(new ShardOp.Acknowledge(client, epoch, packetId, kind, reason));
    }

    /** Everything owed is done. */
    void settle() {
        applyAsOwner(new ShardOp.Done(shard.outbox().stream().map(Owed::id).toList()));
    }

    static Subscription sub(String filter, int qos) {
        return Subscription.plain(TopicFilter.of(filter), Qos.of(qos));
    }

    static Message message(String topic, int qos, String text) {
        return Message.of(TopicName.of(topic), text.getBytes(StandardCharsets.UTF_8), Qos.of(qos), false);
    }

    static Will will(String text, long delay) {
        return new Will(message("will", 1, text), delay, -1);
    }

    static String text(Message message) {
        return new String(message.payload(), StandardCharsets.UTF_8);
    }

    /** The texts of the PUBLISHes, in order. */
    static List<String> texts(Applied applied) {
        List<String> texts = new ArrayList<>();
        for (Delivery delivery : applied.deliveries()) {
            texts.add(
                    switch (delivery) {
                        case Delivery.Publish publish ->
                            publish.clientId() + ":" + text(publish.message()) + (publish.dup() ? "/dup" : "");
                        case Delivery.Pubrel pubrel -> pubrel.clientId() + ":PUBREL " + pubrel.packetId();
                    });
        }
        return texts;
    }

    /** The texts of the messages that are owed to the cluster. */
    static List<String> published(Applied applied) {
        return applied.owed().stream()
                .filter(Owed.Publish.class::isInstance)
                .map(owed -> text(((Owed.Publish) owed).message()))
                .toList();
    }

    static List<Owed.Route> routes(Applied applied) {
        return applied.owed().stream()
                .filter(Owed.Route.class::isInstance)
                .map(Owed.Route.class::cast)
                .toList();
    }
}
