package io.lacewing.node.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;

/**
 * What a decoder says to some bytes.
 *
 * @param before the connection's bytes so far, taken without a word
 * @param expected as {@link PacketRecorder} writes packets down; an error as "! " and its reason
 */
record DecoderCase(String name, byte[] before, byte[] bytes, List<String> expected) {
    static final int MAX_PACKET_SIZE = 1000;
    static final int ALIAS_MAXIMUM = 10;
    static final int MAX_USER_PROPERTIES = 100;

    static final byte[] NOTHING = {};
    static final byte[] V5 = Bytes.of(RawClient.CONNECT_V5);
    static final byte[] V311 = Bytes.of(RawClient.CONNECT_V311);
    static final byte[] V31 = Bytes.of(RawClient.CONNECT_V31);

    static DecoderCase ok(String name, byte[] before, byte[] bytes, String... expected) {
        return new DecoderCase(name, before, bytes, List.of(expected));
    }

    static DecoderCase bad(String name, byte[] before, byte[] bytes, ReasonCode reason) {
        return new DecoderCase(name, before, bytes, List.of("! " + reason));
    }

    /** A test for each case: the bytes whole, and cut in two at every place. */
    static List<DynamicTest> run(List<DecoderCase> cases) {
        return cases.stream()
                .map(c -> DynamicTest.dynamicTest(c.name, () -> {
                    for (int cut = 0; cut < c.bytes.length; cut++) {
                        assertEquals(c.expected, decode(connected(c.before), c.bytes, cut), "cut at " + cut);
                    }
                }))
                .toList();
    }

    static PacketDecoder connected(byte[] before) {
        PacketDecoder decoder = new PacketDecoder(new Workbench(MAX_PACKET_SIZE, ALIAS_MAXIMUM, MAX_USER_PROPERTIES));
        decode(decoder, before, 0);
        return decoder;
    }

    /** Feeds the bytes in two parts, as a connection does. */
    static List<String> decode(PacketDecoder decoder, byte[] bytes, int cut) {
        PacketRecorder sink = new PacketRecorder();
        ByteBuf in = Unpooled.buffer();
        try {
            in.writeBytes(bytes, 0, cut);
            take(decoder, in, sink);
            in.writeBytes(bytes, cut, bytes.length - cut);
            take(decoder, in, sink);
            assertEquals(0, in.readableBytes(), "bytes left over");
        } catch (PacketException e) {
            sink.seen().add("! " + e.reason());
        }
        return sink.seen();
    }

    private static void take(PacketDecoder decoder, ByteBuf in, PacketSink sink) {
        while (in.isReadable()) {
            int size = decoder.frame(in);
            if (size == 0 || in.readableBytes() < size) {
                return;
            }
            decoder.decode(in, size, sink);
        }
    }
}
