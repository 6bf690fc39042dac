package io.lacewing.persistence.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.TopicName;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BinaryTest {
    private static final Message FULL = new Message(
            TopicName.of("a/\u00e4"), new byte[] {1, 2, 3}, Qos.EXACTLY_ONCE, true, 77, new byte[] {9}, "me", 5);

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 127, 128, 16_383, 16_384, Integer.MAX_VALUE, Long.MAX_VALUE, -1, Long.MIN_VALUE})
    void numbers(long value) {
        BinaryReader in = new BinaryReader(
                new BinaryWriter(0).writeVarLong(value).writeLong(value).toByteArray());
        assertEquals(value, in.readVarLong());
        assertEquals(value, in.readLong());
        in.expectEnd("the numbers");
    }

    @Test
    void theRestOfTheTypes() {
        BinaryWriter out = new BinaryWriter(1);
        out.writeByte(200).writeBoolean(true).writeString("\u00e4\ud83d\ude00").writeBytes(new byte[100]);
        BinaryReader in = new BinaryReader(out.toByteArray());
        assertEquals(200, in.readByte());
        assertTrue(in.readBoolean());
        assertEquals("\u00e4\ud83d\ude00", in.readString());
        assertArrayEquals(new byte[100], in.readBytes());
        assertThrows(IllegalArgumentException.class, () -> out.writeVarInt(-1));
    }

    @Test
    void whatIsNotThereCannotBeRead() {
        assertThrows(CodecException.class, () -> new BinaryReader(new byte[0]).readByte());
        assertThrows(CodecException.class, () -> new BinaryReader(new byte[7]).readLong());
        assertThrows(CodecException.class, () -> new BinaryReader(new byte[] {2}).readBoolean());
        assertThrows(CodecException.class, () -> new BinaryReader(new byte[] {-1, -1}).readVarLong());
        byte[] endless = new byte[11];
        Arrays.fill(endless, (byte) -1);
        assertThrows(CodecException.class, () -> new BinaryReader(endless).readVarLong());
        byte[] huge = new BinaryWriter(0).writeVarLong(1L << 30).toByteArray();
        assertThrows(CodecException.class, () -> new BinaryReader(huge).readBytes(), "no memory for bytes not there");
        byte[] tooBig = new BinaryWriter(0).writeVarLong(1L << 31).toByteArray();
        assertThrows(CodecException.class, () -> new BinaryReader(tooBig).readVarInt());
        assertThrows(CodecException.class, () -> new BinaryReader(new byte[1]).expectEnd("nothing"));
    }

    @Test
    void aMessage() {
        assertSameMessage(FULL, MessageCodec.decode(MessageCodec.encode(FULL)));
        Message bare = Message.of(TopicName.of("a"), new byte[0], Qos.AT_MOST_ONCE, false);
        assertSameMessage(bare, MessageCodec.decode(MessageCodec.encode(bare)));
        assertEquals(5, MessageCodec.encode(bare).length, "what is not there costs nothing");
    }

    private static void assertSameMessage(Message expected, Message actual) {
        assertEquals(expected.topic(), actual.topic());
        assertArrayEquals(expected.payload(), actual.payload());
        assertArrayEquals(expected.properties(), actual.properties());
        assertEquals(expected.qos(), actual.qos());
        assertEquals(expected.retain(), actual.retain());
        assertEquals(expected.expiresAt(), actual.expiresAt());
        assertEquals(expected.publisher(), actual.publisher());
        assertEquals(expected.retainedVersion(), actual.retainedVersion());
    }

    @Test
    void anUnknownVersionIsNamed() {
        byte[] bytes = MessageCodec.encode(FULL);
        bytes[0] = 99;
        CodecException e = assertThrows(CodecException.class, () -> MessageCodec.decode(bytes));
        assertTrue(String.valueOf(e.getMessage()).contains("99"), e.toString());
    }

    @Test
    void corruptMessagesAreRefused() {
        byte[] bytes = MessageCodec.encode(FULL);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThrows(CodecException.class, () -> MessageCodec.decode(cut));
        }
        byte[] wildcard = MessageCodec.encode(FULL);
        wildcard[3] = '#';
        assertThrows(CodecException.class, () -> MessageCodec.decode(wildcard));
    }

    @Test
    void aSharedMessageIsWrittenOnceAndSharedAgain() {
        BinaryWriter out = new BinaryWriter(0);
        MessageTableWriter writer = new MessageTableWriter();
        writer.write(out, FULL);
        int once = out.size();
        writer.write(out, FULL);
        assertEquals(once + 1, out.size());
        BinaryReader in = new BinaryReader(out.toByteArray());
        MessageTableReader reader = new MessageTableReader();
        assertSame(reader.read(in), reader.read(in));
        assertThrows(CodecException.class, () -> new MessageTableReader().read(new BinaryReader(new byte[] {1})));
    }

    @Test
    void everyByteCountsInTheHash() {
        byte[] bytes = new byte[21];
        long hash = Hash64.mix(1, bytes);
        for (int i = 0; i < bytes.length; i++) {
            byte[] other = bytes.clone();
            other[i] = 1;
            assertNotEquals(hash, Hash64.mix(1, other));
        }
        assertNotEquals(hash, Hash64.mix(1, new byte[20]));
        assertNotEquals(hash, Hash64.mix(2, bytes));
    }
}
