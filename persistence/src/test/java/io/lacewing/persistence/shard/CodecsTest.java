package io.lacewing.persistence.shard;

import static io.lacewing.persistence.shard.ShardDriver.message;
import static io.lacewing.persistence.shard.ShardDriver.sub;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.persistence.codec.BinaryReader;
import io.lacewing.persistence.codec.BinaryWriter;
import io.lacewing.persistence.codec.CodecException;
import io.lacewing.persistence.codec.MessageTableReader;
import io.lacewing.persistence.codec.MessageTableWriter;
import io.lacewing.persistence.session.QueuePolicy;
import io.lacewing.persistence.session.SessionLimits;
import io.lacewing.persistence.shard.Batch.Confirmed;
import io.lacewing.persistence.shard.Batch.NumberedOp;
import io.lacewing.persistence.shard.ShardOp.Pick.Choice;
import io.lacewing.router.Destination.NodeDestination;
import io.lacewing.router.Destination.ShardDestination;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.RetainHandling;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class CodecsTest {
    private static final Message MESSAGE = message("a/b", 2, "payload");
    private static final Subscription SUBSCRIPTION = new Subscription(
            TopicFilter.of("a/+"), Qos.AT_LEAST_ONCE, true, true, RetainHandling.DO_NOT_SEND, 268_435_455);
    private static final ConnectionId CONNECTION = new ConnectionId(Long.MIN_VALUE, 5);

    private static final List<ShardOp> OPS = List.of(
            new ShardOp.Attach("\u00e4", CONNECTION, true, 0xFFFF_FFFFL, 65_535, null),
            new ShardOp.Attach("c", CONNECTION, false, 0, 1, new Will(MESSAGE, 0xFFFF_FFFFL, -1)),
            new ShardOp.Detach("c", 9, true, -1),
            new ShardOp.Detach("c", 9, false, 0),
            new ShardOp.Subscribe("c", 9, List.of(sub("#", 0), SUBSCRIPTION)),
            new ShardOp.Unsubscribe("c", 9, List.of(TopicFilter.of("a"))),
            new ShardOp.Publish(MESSAGE, true, List.of(TopicFilter.of("$share/g/a"))),
            new ShardOp.ReceiveQos2("c", 9, 65_535, MESSAGE),
            new ShardOp.ReleaseQos2("c", 9, 1),
            new ShardOp.Acknowledge("c", 9, 1, ShardOp.Acknowledge.Kind.PUBREC, 0x97),
            new ShardOp.EnqueueRetained("c", 9, SUBSCRIPTION, List.of(MESSAGE)),
            new ShardOp.Redeliver("c", 9, 4),
            new ShardOp.Withdrawn(),
            new ShardOp.Pick(
                    Long.MAX_VALUE,
                    List.of(
                            new Choice(TopicFilter.of("$share/g/a"), new NodeDestination(-7)),
                            new Choice(TopicFilter.of("$share/h/a"), new ShardDestination(270)))),
            new ShardOp.Done(List.of(1L, Long.MAX_VALUE)),
            new ShardOp.TakeOver(-3),
            new ShardOp.LiveNodes(List.of(-1L, 7L)),
            new ShardOp.Tick(),
            new ShardOp.SetLimits(
                    new ShardLimits(new SessionLimits(1, 2, 3, 4, QueuePolicy.REJECT, true), 5, 6, Long.MAX_VALUE)),
            new ShardOp.Reannounce(),
            new ShardOp.ListSubscriptions("c", 9));

    private static Batch batch() {
        List<NumberedOp> ops = new ArrayList<>();
        for (ShardOp op : OPS) {
            ops.add(new NumberedOp(Origin.node(-8), ops.size() + 1, ops.size(), op));
        }
        return new Batch(270, 3, 4, 5, -6, ops, List.of(new Confirmed(Origin.shard(4), 2)));
    }

    @Test
    void everyOpComesBack() {
        Batch decoded = BatchCodec.decode(BatchCodec.encode(batch()));
        assertArrayEquals(BatchCodec.encode(batch()), BatchCodec.encode(decoded));
        assertEquals(OPS.size(), decoded.ops().size());
        for (int i = 0; i < OPS.size(); i++) {
            assertEquals(
                    withoutMessages(OPS.get(i)),
                    withoutMessages(decoded.ops().get(i).op()));
        }
        assertEquals(batch().confirmed(), decoded.confirmed());
        assertEquals(
                270 + 3 + 4 + 5 - 6,
                decoded.shard() + decoded.epoch() + decoded.sequence() + decoded.time() + decoded.owner());
    }

    /** Messages compare by the identity of their arrays: compared in their encoded form instead. */
    private static String withoutMessages(ShardOp op) {
        return op.toString().replaceAll("\\[B@[0-9a-f]+", "bytes");
    }

    @Test
    void everySealedOpIsInTheList() {
        assertEquals(
                ShardOp.class.getPermittedSubclasses().length,
                OPS.stream().map(Object::getClass).distinct().count());
    }

    @Test
    void aMessageOfSeveralOpsIsInTheBatchOnce() {
        Message big = message("a", 1, "x".repeat(1_000));
        NumberedOp one = ShardDriver.owner(new ShardOp.Publish(big, true, List.of()));
        byte[] encoded = BatchCodec.encode(new Batch(1, 1, 1, 1, 1, List.of(one, one, one), List.of()));
        assertTrue(encoded.length < 1_200, "length " + encoded.length);
        Batch decoded = BatchCodec.decode(encoded);
        assertSame(published(decoded, 0), published(decoded, 2));
    }

    private static Message published(Batch batch, int index) {
        return ((ShardOp.Publish) batch.ops().get(index).op()).message();
    }

    @Test
    void everyResultComesBack() {
        List<OpResult> results = List.of(
                new OpResult.Attached(true, false, 7, List.of(5L)),
                new OpResult.Subscribed(List.of(true, false), List.of(1L, 2L)),
                new OpResult.Unsubscribed(List.of(false)),
                new OpResult.Listed(List.of(sub("#", 0), SUBSCRIPTION)),
                new OpResult.Published(3),
                new OpResult.Published(0, 300),
                new OpResult.Ok(),
                new OpResult.Refused(0x97),
                new OpResult.Stale());
        for (OpResult result : results) {
            BinaryWriter out = new BinaryWriter(0);
            OpResultCodec.write(out, result);
            assertEquals(result, OpResultCodec.read(new BinaryReader(out.toByteArray())));
        }
        assertEquals(
                OpResult.class.getPermittedSubclasses().length,
                results.stream().map(Object::getClass).distinct().count());
        assertThrows(CodecException.class, () -> OpResultCodec.read(new BinaryReader(new byte[] {88})));
    }

    @Test
    void everythingOwedAndDeliveredComesBack() {
        List<Owed> owed = List.of(
                new Owed.Close(1, "c", 9, CONNECTION, null),
                new Owed.Close(8, "c", 10, CONNECTION, new Will(MESSAGE, 0, 7)),
                new Owed.Publish(2, MESSAGE),
                new Owed.PassOn(3, TopicFilter.of("$share/g/a"), MESSAGE),
                new Owed.Publish(6, MESSAGE, true),
                new Owed.Give(7, TopicFilter.of("$share/g/a"), new NodeDestination(-7), MESSAGE),
                new Owed.Route(4, 5, TopicFilter.of("a/#"), 6, 7));
        List<Delivery> deliveries = List.of(
                new Delivery.Publish(
                        "c", CONNECTION, 1, 2, 3, Qos.EXACTLY_ONCE, true, true, List.of(1, 268_435_455), MESSAGE),
                new Delivery.Publish("c", CONNECTION, 1, 0, 0, Qos.AT_MOST_ONCE, false, false, List.of(), MESSAGE),
                new Delivery.Pubrel("c", CONNECTION, 1, 2, 65_535));
        BinaryWriter out = new BinaryWriter(0);
        MessageTableWriter messages = new MessageTableWriter();
        owed.forEach(o -> OwedCodec.write(out, messages, o));
        deliveries.forEach(d -> DeliveryCodec.write(out, messages, d));
        BinaryReader in = new BinaryReader(out.toByteArray());
        MessageTableReader table = new MessageTableReader();
        String expected = (owed + " " + deliveries).replaceAll("\\[B@[0-9a-f]+", "bytes");
        List<Owed> owedBack = new ArrayList<>();
        owed.forEach(o -> owedBack.add(OwedCodec.read(in, table)));
        List<Delivery> back = new ArrayList<>();
        deliveries.forEach(d -> back.add(DeliveryCodec.read(in, table)));
        in.expectEnd("both");
        assertEquals(expected, (owedBack + " " + back).replaceAll("\\[B@[0-9a-f]+", "bytes"));
        assertEquals(
                Owed.class.getPermittedSubclasses().length,
                owed.stream().map(Owed::getClass).distinct().count());
    }

    @Test
    void corruptBatchesAreRefusedAndNothingElse() {
        corrupt(BatchCodec.encode(batch()), BatchCodec::decode);
    }

    @Test
    void corruptSnapshotsAreRefusedAndNothingElse() {
        ShardDriver driver = new ShardDriver();
        long epoch = driver.subscriber("c", sub("a", 2), sub("$share/g/a", 1));
        driver.attached("d", true, 0, ShardDriver.will("w", 4), 3);
        for (int i = 0; i < 14; i++) {
            driver.publish(message("a", 1 + i % 2, "m" + i));
        }
        driver.ack("c", epoch, 2, ShardOp.Acknowledge.Kind.PUBREC, 0);
        driver.apply(new ShardOp.ReceiveQos2("c", epoch, 5, MESSAGE));
        corrupt(driver.shard.snapshot(), Shard::restore);
    }

    private static void corrupt(byte[] bytes, Consumer<byte[]> decoder) {
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThrows(CodecException.class, () -> decoder.accept(cut), "cut to " + length);
        }
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        assertThrows(CodecException.class, () -> decoder.accept(longer));
        int refused = 0;
        for (int i = 0; i < bytes.length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] flipped = bytes.clone();
                flipped[i] ^= (byte) (1 << bit);
                try {
                    decoder.accept(flipped);
                } catch (CodecException e) {
                    refused++; // what it should be; another exception fails the test
                }
            }
        }
        assertTrue(refused > bytes.length, "refused " + refused);
    }
}
