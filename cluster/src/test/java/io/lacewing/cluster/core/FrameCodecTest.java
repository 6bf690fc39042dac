package io.lacewing.cluster.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.persistence.codec.CodecException;
import io.lacewing.persistence.shard.Batch.NumberedOp;
import io.lacewing.persistence.shard.Origin;
import io.lacewing.persistence.shard.ShardOp;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.TopicName;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameCodecTest {
    private static final int FRAMES = 3_000;

    @Test
    void aFrameComesBackAsItWas() {
        RandomFrames frames = new RandomFrames(1);
        for (int i = 0; i < FRAMES; i++) {
            Frame frame = frames.frame();
            byte[] bytes = FrameCodec.encode(frame);
            Frame decoded = FrameCodec.decode(bytes);
            assertEquals(text(frame), text(decoded));
            assertArrayEquals(bytes, FrameCodec.encode(decoded));
        }
    }

    @Test
    void aTableRecordComesBackAsItWas() {
        RandomFrames frames = new RandomFrames(2);
        for (int i = 0; i < FRAMES; i++) {
            TableRecord tableRecord = frames.tableRecord();
            byte[] bytes = TableRecordCodec.encode(tableRecord);
            TableRecord decoded = TableRecordCodec.decode(bytes);
            assertEquals(text(tableRecord), text(decoded));
            assertArrayEquals(bytes, TableRecordCodec.encode(decoded));
        }
    }

    @Test
    void theStateOfANodeComesBackAsItWas() {
        RandomFrames frames = new RandomFrames(5);
        for (int i = 0; i < FRAMES; i++) {
            NodeState state = frames.nodeState();
            assertEquals(state, ControlCodec.decode(ControlCodec.encode(state)));
        }
    }

    @Test
    void aSharedMessageIsThereOnce() {
        Message message = Message.of(TopicName.of("t"), new byte[10_000], Qos.AT_LEAST_ONCE, false);
        message.payload()[9_999] = 7;
        ShardOp publish = new ShardOp.Publish(message, true, List.of());
        Origin origin = Origin.node(5);
        Frame frame = new Frame(
                1,
                2,
                1,
                0,
                List.of(
                        new NodeMessage.Forward(message, origin, 0, true, List.of(), List.of()),
                        new NodeMessage.Ops(3, origin, 0, List.of(new NumberedOp(origin, 1, 0, publish)))));
        byte[] bytes = FrameCodec.encode(frame);
        assertTrue(bytes.length < 10_200, "" + bytes.length);
        Frame decoded = FrameCodec.decode(bytes);
        NodeMessage.Forward forward = (NodeMessage.Forward) decoded.messages().get(0);
        NodeMessage.Ops ops = (NodeMessage.Ops) decoded.messages().get(1);
        assertArrayEquals(message.payload(), forward.message().payload());
        assertSame(forward.message(), ((ShardOp.Publish) ops.ops().getFirst().op()).message());
    }

    @Test
    void bytesThatAreCutOffAreRefused() {
        RandomFrames frames = new RandomFrames(3);
        for (int i = 0; i < 60; i++) {
            byte[] bytes = FrameCodec.encode(frames.frame());
            for (int length = 0; length < bytes.length; length++) {
                byte[] cut = Arrays.copyOf(bytes, length);
                assertThrows(CodecException.class, () -> FrameCodec.decode(cut));
            }
            byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
            assertThrows(CodecException.class, () -> FrameCodec.decode(longer));
        }
    }

    @Test
    void corruptBytesAreRefusedOrAnotherFrame() {
        RandomFrames frames = new RandomFrames(4);
        Random random = new Random(4);
        int refused = 0;
        for (int i = 0; i < FRAMES * 5; i++) {
            byte[] bytes = FrameCodec.encode(frames.frame());
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            // Anything but a CodecException fails the test.
            try {
                FrameCodec.encode(FrameCodec.decode(bytes));
            } catch (CodecException e) {
                refused++;
            }
        }
        assertTrue(refused > FRAMES, "only " + refused + " refused");
    }

    @Test
    void aShardThatDoesNotExistIsRefused() {
        Origin node = Origin.node(5);
        for (NodeMessage message : List.of(
                new NodeMessage.Ops(Shards.COUNT, node, 0, List.of()),
                new NodeMessage.Ops(0, Origin.shard(Shards.COUNT), 0, List.of()),
                new NodeMessage.Ops(0, Origin.shard(-1), 0, List.of()),
                new NodeMessage.Answers(Shards.COUNT, List.of()),
                new NodeMessage.NotOwner(Shards.COUNT, node),
                new NodeMessage.NotOwner(Integer.MAX_VALUE, node),
                new NodeMessage.Report(new ReplicaReport(Shards.COUNT, 1, 1, 1, 1, false)))) {
            byte[] bytes = FrameCodec.encode(new Frame(1, 2, 1, 0, List.of(message)));
            assertThrows(CodecException.class, () -> FrameCodec.decode(bytes), message::toString);
        }
        NodeMessage last = new NodeMessage.Ops(Shards.COUNT - 1, Origin.shard(Shards.COUNT - 1), 0, List.of());
        Frame frame = new Frame(1, 2, 1, 0, List.of(last));
        assertEquals(frame, FrameCodec.decode(FrameCodec.encode(frame)));
    }

    @Test
    void anotherFormatVersionIsRefused() {
        byte[] bytes = FrameCodec.encode(new Frame(1, 2, 1, 0, List.of()));
        bytes[0]++;
        assertThrows(CodecException.class, () -> FrameCodec.decode(bytes));
    }

    /** Arrays have no equality of their own: their content is compared by encoding again. */
    private static String text(Object value) {
        return value.toString().replaceAll("\\[B@[0-9a-f]+", "bytes");
    }
}
