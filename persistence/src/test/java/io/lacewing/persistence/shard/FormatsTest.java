package io.lacewing.persistence.shard;

import static io.lacewing.persistence.shard.ShardDriver.message;
import static io.lacewing.persistence.shard.ShardDriver.sub;
import static io.lacewing.persistence.shard.ShardDriver.texts;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.persistence.codec.CodecException;
import io.lacewing.persistence.session.DropCause;
import io.lacewing.persistence.session.QueuePolicy;
import io.lacewing.persistence.shard.Batch.NumberedOp;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What older builds wrote is read, what newer ones write is refused, and each payload is there once. */
class FormatsTest {
    private static byte[] resource(String name) throws IOException {
        try (InputStream in = FormatsTest.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("no resource " + name);
            }
            return in.readAllBytes();
        }
    }

    private static Batch next(Shard shard, long time, ShardOp op) {
        NumberedOp numbered = new NumberedOp(Origin.OWNER, 0, 0, op);
        return new Batch(
                shard.number(),
                shard.epoch(),
                shard.sequence() + 1,
                time,
                ShardDriver.NODE,
                List.of(numbered),
                List.of());
    }

    /** Written by version 0.1: "online" has one QoS 1 and one PUBREL in flight and five queued, "offline" five and more. */
    @Test
    void aSnapshotOfFormat1IsRead() throws IOException {
        Shard shard = Shard.restore(resource("snapshot-v1.bin"));
        assertEquals(3, shard.clients());
        assertEquals(QueuePolicy.DROP_OLDEST, shard.limits().session().policy());
        assertFalse(shard.limits().session().queueQos0());
        assertEquals(ShardDriver.LIMITS, shard.limits());
        ShardStats stats = shard.stats();
        assertEquals(2, stats.sessions());
        assertEquals(1, stats.connected());
        assertTrue(stats.queued() >= 5 && stats.inflight() > 0, stats.toString());
        byte[] again = shard.snapshot();
        assertArrayEquals(again, Shard.restore(again).snapshot());
        assertEquals(stats, Shard.restore(again).stats());

        Applied swept = shard.apply(next(shard, 1_062_000, new ShardOp.Tick()));
        assertEquals(List.of(new Dropped(DropCause.EXPIRED, 1)), swept.dropped(), "what waits has a deadline now");
        ConnectionId connection = new ConnectionId(ShardDriver.NODE, 99);
        Applied back =
                shard.apply(next(shard, 1_062_000, new ShardOp.Attach("offline", connection, false, 60, 10, null)));
        assertEquals(List.of("offline:m10", "offline:m11", "offline:m12", "offline:m13"), texts(back));
    }

    @Test
    void aBatchOfFormat1IsRead() throws IOException {
        Batch batch = BatchCodec.decode(resource("batch-v1.bin"));
        assertEquals(1, batch.behaviour());
        assertEquals(270, batch.shard());
        assertEquals(18, batch.ops().size());
        assertTrue(batch.ops().get(5).op() instanceof ShardOp.Unsubscribe);
        assertEquals(new ShardOp.Tick(), batch.ops().getLast().op());
        assertEquals(List.of(new Batch.Confirmed(Origin.shard(4), 2)), batch.confirmed());
        byte[] again = BatchCodec.encode(batch);
        assertEquals(1, BatchCodec.decode(again).behaviour(), "it stays what it was");
        assertArrayEquals(again, BatchCodec.encode(BatchCodec.decode(again)));
    }

    @Test
    void unknownFormatsAreNamed() {
        byte[] snapshot = new ShardDriver().shard.snapshot();
        snapshot[0] = 3;
        String message = assertThrows(CodecException.class, () -> Shard.restore(snapshot))
                .getMessage();
        assertEquals("a shard's snapshot has format version 3; this build knows 1 to 2", message);
        byte[] batch = BatchCodec.encode(new Batch(1, 1, 1, 1, 1, List.of(), List.of()));
        batch[0] = 9;
        message = assertThrows(CodecException.class, () -> BatchCodec.decode(batch))
                .getMessage();
        assertEquals("a batch has format version 9; this build knows 1 to 2", message);
    }

    @Test
    void aBatchOfAnUnknownBehaviourIsRefused() {
        Shard shard = new Shard(ShardDriver.SHARD, ShardDriver.LIMITS);
        NumberedOp takeOver = new NumberedOp(Origin.OWNER, 0, 0, new ShardOp.TakeOver(1));
        Batch known = new Batch(ShardDriver.SHARD, 1, 1, 1, 1, List.of(takeOver), List.of());
        assertEquals(Shard.BEHAVIOUR, known.behaviour());
        Batch unknown = new Batch(ShardDriver.SHARD, 1, 1, 1, 1, List.of(takeOver), List.of(), Shard.BEHAVIOUR + 1);
        assertEquals(unknown, BatchCodec.decode(BatchCodec.encode(unknown)));
        byte[] before = shard.snapshot();
        String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> shard.check(unknown))
                .getMessage());
        assertTrue(message.contains("behaviour " + (Shard.BEHAVIOUR + 1)), message);
        assertThrows(IllegalArgumentException.class, () -> shard.apply(unknown));
        assertArrayEquals(before, shard.snapshot());
        assertEquals(Shard.Verdict.OK, shard.check(known));
    }

    @Test
    void aPayloadIsThereOnceHoweverManySessionsKeepIt() {
        ShardDriver driver = new ShardDriver();
        int sessions = 200;
        for (int i = 0; i < sessions; i++) {
            driver.detach("c" + i, driver.subscriber("c" + i, sub("a", 1)));
        }
        for (int i = 0; i < 3; i++) {
            driver.publish(message("a", 1, "x".repeat(100)));
        }
        Shard restored = Shard.restore(Shard.restore(driver.shard.snapshot()).snapshot());
        assertEquals(3L * sessions, restored.stats().queued());
        assertTrue(restored.snapshot().length < sessions * 100, "length " + restored.snapshot().length);
        Set<byte[]> payloads = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < sessions; i++) {
            ConnectionId connection = new ConnectionId(ShardDriver.NODE, 1_000 + i);
            Applied back = restored.apply(
                    next(restored, driver.now, new ShardOp.Attach("c" + i, connection, false, 60, 10, null)));
            assertEquals(3, back.deliveries().size());
            back.deliveries()
                    .forEach(d -> payloads.add(((Delivery.Publish) d).message().payload()));
        }
        assertEquals(3, payloads.size());
    }
}
