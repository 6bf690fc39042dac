package io.lacewing.node.mqtt;

import static io.lacewing.node.mqtt.DecoderCase.V31;
import static io.lacewing.node.mqtt.DecoderCase.V311;
import static io.lacewing.node.mqtt.DecoderCase.V5;
import static io.lacewing.node.mqtt.DecoderCase.bad;
import static io.lacewing.node.mqtt.DecoderCase.ok;
import static io.lacewing.node.mqtt.DecoderCase.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Bytes in, packets or an error out: whole, and cut in two at every place. */
class PacketDecoderTest {
    @TestFactory
    List<DynamicTest> publishes() {
        return run(List.of(
                ok("QoS 0", V311, Bytes.packet(0x30, "0003'a/b' 'hi'"), "PUBLISH a/b q0 id=0 6869 [] expiry=-1"),
                ok("empty payload", V311, Bytes.packet(0x30, "0001'a'"), "PUBLISH a q0 id=0  [] expiry=-1"),
                ok("retain", V311, Bytes.packet(0x31, "0001'a' 00"), "PUBLISH a q0 retain id=0 00 [] expiry=-1"),
                ok("QoS 1", V311, Bytes.packet(0x32, "0001'a' 000a 'x'"), "PUBLISH a q1 id=10 78 [] expiry=-1"),
                ok(
                        "QoS 2 dup",
                        V311,
                        Bytes.packet(0x3d, "0001'a' ffff"),
                        "PUBLISH a q2 dup retain id=65535  [] expiry=-1"),
                ok("v3.1 DUP at QoS 0", V31, Bytes.packet(0x38, "0001'a'"), "PUBLISH a q0 dup id=0  [] expiry=-1"),
                ok(
                        "four-byte UTF-8",
                        V311,
                        Bytes.packet(0x30, "0004 f09f9880"),
                        "PUBLISH \uD83D\uDE00 q0 id=0  [] expiry=-1"),
                ok("v5 plain", V5, Bytes.packet(0x32, "0001'a' 0001 00 'x'"), "PUBLISH a q1 id=1 78 [] expiry=-1"),
                ok(
                        "v5 passed on in order",
                        V5,
                        Bytes.packet(
                                0x30,
                                "0001'a' 1c 26 0001'k' 0001'v' 02 0000000a 03 0001't' 23 0003 0101 26 0001'k' 0001'w'"
                                        + " 'x'"),
                        "PUBLISH a q0 id=0 78 [2600016b0001760300017401012600016b000177] expiry=10"),
                ok(
                        "v5 expiry first and last",
                        V5,
                        Bytes.packet(0x30, "0001'a' 08 23 0001 02 ffffffff"),
                        "PUBLISH a q0 id=0  [] expiry=4294967295"),
                ok(
                        "v5 all of 128 and more bytes of properties",
                        V5,
                        Bytes.packet(0x30, "0001'a' 8501 26 0001'k' 007c'" + "v".repeat(124) + "' 23 0001 'xyz'"),
                        "PUBLISH a q0 id=0 78797a [2600016b007c" + "76".repeat(124) + "] expiry=-1"),
                ok(
                        "alias set and used",
                        V5,
                        Bytes.join(
                                Bytes.packet(0x30, "0001'a' 03 23 000a"),
                                Bytes.packet(0x30, "0000 03 23 000a"),
                                Bytes.packet(0x30, "0001'b' 03 23 000a"),
                                Bytes.packet(0x30, "0000 03 23 000a")),
                        "PUBLISH a q0 id=0  [] expiry=-1",
                        "PUBLISH a q0 id=0  [] expiry=-1",
                        "PUBLISH b q0 id=0  [] expiry=-1",
                        "PUBLISH b q0 id=0  [] expiry=-1"),
                bad("QoS 3", V5, Bytes.packet(0x36, "0001'a' 0001 00"), ReasonCode.MALFORMED_PACKET),
                bad("DUP at QoS 0", V5, Bytes.packet(0x38, "0001'a' 00"), ReasonCode.MALFORMED_PACKET),
                bad("DUP at QoS 0 in v3.1.1", V311, Bytes.packet(0x38, "0001'a'"), ReasonCode.MALFORMED_PACKET),
                bad("packet id 0", V5, Bytes.packet(0x32, "0001'a' 0000 00"), ReasonCode.PROTOCOL_ERROR),
                bad("empty topic", V311, Bytes.packet(0x30, "0000 'x'"), ReasonCode.PROTOCOL_ERROR),
                bad("empty topic without alias", V5, Bytes.packet(0x30, "0000 00"), ReasonCode.PROTOCOL_ERROR),
                bad("wildcard +", V5, Bytes.packet(0x30, "0003'a/+' 00"), ReasonCode.PROTOCOL_ERROR),
                bad("wildcard #", V311, Bytes.packet(0x30, "0001'#'"), ReasonCode.PROTOCOL_ERROR),
                bad("topic with U+0000", V5, Bytes.packet(0x30, "0003 610062 00"), ReasonCode.MALFORMED_PACKET),
                bad("overlong UTF-8", V5, Bytes.packet(0x30, "0002 c0af 00"), ReasonCode.MALFORMED_PACKET),
                bad("overlong of three bytes", V5, Bytes.packet(0x30, "0003 e08080 00"), ReasonCode.MALFORMED_PACKET),
                bad("surrogate", V5, Bytes.packet(0x30, "0003 eda080 00"), ReasonCode.MALFORMED_PACKET),
                bad("above U+10FFFF", V5, Bytes.packet(0x30, "0004 f4908080 00"), ReasonCode.MALFORMED_PACKET),
                bad("cut UTF-8", V5, Bytes.packet(0x30, "0002 61c3 00"), ReasonCode.MALFORMED_PACKET),
                bad("topic longer than packet", V5, Bytes.packet(0x30, "0009'a'"), ReasonCode.MALFORMED_PACKET),
                bad(
                        "properties longer than packet",
                        V5,
                        Bytes.packet(0x30, "0001'a' 05 01"),
                        ReasonCode.MALFORMED_PACKET),
                bad("no properties in v5", V5, Bytes.packet(0x30, "0001'a'"), ReasonCode.MALFORMED_PACKET),
                bad("alias 0", V5, Bytes.packet(0x30, "0001'a' 03 23 0000"), ReasonCode.TOPIC_ALIAS_INVALID),
                bad("alias too high", V5, Bytes.packet(0x30, "0001'a' 03 23 000b"), ReasonCode.TOPIC_ALIAS_INVALID),
                bad("alias never set", V5, Bytes.packet(0x30, "0000 03 23 0001"), ReasonCode.PROTOCOL_ERROR),
                bad("alias never set, higher", V5, Bytes.packet(0x30, "0000 03 23 000a"), ReasonCode.PROTOCOL_ERROR),
                bad("subscription identifier", V5, Bytes.packet(0x30, "0001'a' 02 0b01"), ReasonCode.PROTOCOL_ERROR),
                bad("unknown property", V5, Bytes.packet(0x30, "0001'a' 02 7f01"), ReasonCode.MALFORMED_PACKET),
                bad("property of CONNECT", V5, Bytes.packet(0x30, "0001'a' 03 210001"), ReasonCode.MALFORMED_PACKET),
                bad("property twice", V5, Bytes.packet(0x30, "0001'a' 04 0101 0101"), ReasonCode.PROTOCOL_ERROR),
                bad("payload format 2", V5, Bytes.packet(0x30, "0001'a' 02 0102"), ReasonCode.MALFORMED_PACKET),
                bad(
                        "response topic wildcard",
                        V5,
                        Bytes.packet(0x30, "0001'a' 04 080001'#'"),
                        ReasonCode.PROTOCOL_ERROR),
                bad("response topic empty", V5, Bytes.packet(0x30, "0001'a' 03 080000"), ReasonCode.PROTOCOL_ERROR),
                bad(
                        "bad user property",
                        V5,
                        Bytes.packet(0x30, "0001'a' 06 260000 0001ff"),
                        ReasonCode.MALFORMED_PACKET),
                bad("long property length", V5, Bytes.packet(0x30, "0001'a' 8000"), ReasonCode.MALFORMED_PACKET)));
    }

    @TestFactory
    List<DynamicTest> acknowledgements() {
        return run(List.of(
                ok("PUBACK", V311, Bytes.packet(0x40, "0001"), "ACK 4 1 0"),
                ok("PUBREC", V5, Bytes.packet(0x50, "0001 87"), "ACK 5 1 135"),
                ok("PUBREL", V5, Bytes.packet(0x62, "0001 92 00"), "ACK 6 1 146"),
                ok("PUBCOMP", V5, Bytes.packet(0x70, "0102 00 04 1f0001'r'"), "ACK 7 258 0"),
                ok("v3.1 PUBREL with DUP", V31, Bytes.packet(0x6a, "0001"), "ACK 6 1 0"),
                bad("PUBACK flags", V5, Bytes.packet(0x41, "0001"), ReasonCode.MALFORMED_PACKET),
                bad("PUBREL flags", V5, Bytes.packet(0x60, "0001"), ReasonCode.MALFORMED_PACKET),
                bad("PUBACK id 0", V5, Bytes.packet(0x40, "0000"), ReasonCode.PROTOCOL_ERROR),
                bad("PUBACK too short", V5, Bytes.packet(0x40, "01"), ReasonCode.MALFORMED_PACKET),
                bad("v3 PUBACK too long", V311, Bytes.packet(0x40, "0001 00"), ReasonCode.MALFORMED_PACKET),
                bad("v5 PUBACK too long", V5, Bytes.packet(0x40, "0001 00 00 00"), ReasonCode.MALFORMED_PACKET),
                bad("PUBACK unknown code", V5, Bytes.packet(0x40, "0001 7f"), ReasonCode.PROTOCOL_ERROR),
                bad("PUBACK code of PUBREL", V5, Bytes.packet(0x40, "0001 92"), ReasonCode.PROTOCOL_ERROR),
                bad("PUBREL code of PUBREC", V5, Bytes.packet(0x62, "0001 87"), ReasonCode.PROTOCOL_ERROR),
                bad("PUBACK property", V5, Bytes.packet(0x40, "0001 00 02 0101"), ReasonCode.MALFORMED_PACKET)));
    }

    @TestFactory
    List<DynamicTest> subscribes() {
        return run(List.of(
                ok("one", V311, Bytes.packet(0x82, "0001 0001'#' 01"), "SUBSCRIBE 1 #/q1/SEND id=0"),
                ok(
                        "two",
                        V311,
                        Bytes.packet(0x82, "0001 0001'a' 00 0001'b' 02"),
                        "SUBSCRIBE 1 a/q0/SEND b/q2/SEND id=0"),
                ok("v3.1 with DUP", V31, Bytes.packet(0x8a, "0001 0001'a' 00"), "SUBSCRIBE 1 a/q0/SEND id=0"),
                ok(
                        "v5 options",
                        V5,
                        Bytes.packet(0x82, "0001 05 0bffffff7f 0001'a' 2e"),
                        "SUBSCRIBE 1 a/q2/nl/rap/DO_NOT_SEND id=268435455"),
                bad("empty filter", V5, Bytes.packet(0x82, "0001 00 0000 00"), ReasonCode.PROTOCOL_ERROR),
                bad(
                        "second filter empty",
                        V311,
                        Bytes.packet(0x82, "0001 0001'a' 00 0000 00"),
                        ReasonCode.PROTOCOL_ERROR),
                bad("# not last", V5, Bytes.packet(0x82, "0001 00 0003'#/a' 00"), ReasonCode.PROTOCOL_ERROR),
                bad("+ in a level", V311, Bytes.packet(0x82, "0001 0002'a+' 00"), ReasonCode.PROTOCOL_ERROR),
                bad("share name +", V5, Bytes.packet(0x82, "0001 00 000a'$share/+/a' 00"), ReasonCode.PROTOCOL_ERROR),
                bad("share of nothing", V5, Bytes.packet(0x82, "0001 00 0008'$share/g' 00"), ReasonCode.PROTOCOL_ERROR),
                bad("UNSUBSCRIBE empty", V5, Bytes.packet(0xa2, "0001 00 0001'a' 0000"), ReasonCode.PROTOCOL_ERROR),
                bad("v3 UNSUBSCRIBE +", V311, Bytes.packet(0xa2, "0001 0002'a+'"), ReasonCode.PROTOCOL_ERROR),
                bad("flags", V5, Bytes.packet(0x80, "0001 00 0001'a' 00"), ReasonCode.MALFORMED_PACKET),
                bad("id 0", V5, Bytes.packet(0x82, "0000 00 0001'a' 00"), ReasonCode.PROTOCOL_ERROR),
                bad("nothing", V5, Bytes.packet(0x82, "0001 00"), ReasonCode.PROTOCOL_ERROR),
                bad("nothing in v3", V311, Bytes.packet(0x82, "0001"), ReasonCode.PROTOCOL_ERROR),
                bad("no options", V5, Bytes.packet(0x82, "0001 00 0001'a'"), ReasonCode.MALFORMED_PACKET),
                bad("reserved bit", V5, Bytes.packet(0x82, "0001 00 0001'a' 40"), ReasonCode.MALFORMED_PACKET),
                bad("reserved bit in v3", V311, Bytes.packet(0x82, "0001 0001'a' 04"), ReasonCode.MALFORMED_PACKET),
                bad("QoS 3", V5, Bytes.packet(0x82, "0001 00 0001'a' 03"), ReasonCode.PROTOCOL_ERROR),
                bad("retain handling 3", V5, Bytes.packet(0x82, "0001 00 0001'a' 30"), ReasonCode.PROTOCOL_ERROR),
                bad(
                        "no local, shared",
                        V5,
                        Bytes.packet(0x82, "0001 00 000a'$share/g/a' 04"),
                        ReasonCode.PROTOCOL_ERROR),
                bad("identifier 0", V5, Bytes.packet(0x82, "0001 02 0b00 0001'a' 00"), ReasonCode.PROTOCOL_ERROR),
                bad(
                        "two identifiers",
                        V5,
                        Bytes.packet(0x82, "0001 04 0b01 0b02 0001'a' 00"),
                        ReasonCode.PROTOCOL_ERROR),
                bad("filter with U+0000", V5, Bytes.packet(0x82, "0001 00 0001 00 00"), ReasonCode.MALFORMED_PACKET),
                ok("UNSUBSCRIBE", V5, Bytes.packet(0xa2, "0001 00 0001'a' 0001'b'"), "UNSUBSCRIBE 1 [a, b]"),
                ok("v3 UNSUBSCRIBE", V311, Bytes.packet(0xa2, "0001 0001'a'"), "UNSUBSCRIBE 1 [a]"),
                bad("UNSUBSCRIBE of nothing", V5, Bytes.packet(0xa2, "0001 00"), ReasonCode.PROTOCOL_ERROR),
                bad("UNSUBSCRIBE flags", V5, Bytes.packet(0xa0, "0001 00 0001'a'"), ReasonCode.MALFORMED_PACKET),
                bad(
                        "UNSUBSCRIBE identifier",
                        V5,
                        Bytes.packet(0xa2, "0001 02 0b01 0001'a'"),
                        ReasonCode.MALFORMED_PACKET)));
    }

    @TestFactory
    List<DynamicTest> others() {
        return run(List.of(
                ok("PINGREQ", V311, Bytes.of("c000"), "PINGREQ"),
                ok("DISCONNECT", V311, Bytes.of("e000"), "DISCONNECT SUCCESS -1 null"),
                ok("v5 DISCONNECT", V5, Bytes.of("e000"), "DISCONNECT SUCCESS -1 null"),
                ok("with will", V5, Bytes.of("e001 04"), "DISCONNECT DISCONNECT_WITH_WILL_MESSAGE -1 null"),
                ok(
                        "with properties",
                        V5,
                        Bytes.packet(0xe0, "00 09 11 ffffffff 1f0001'x'"),
                        "DISCONNECT SUCCESS 4294967295 x"),
                ok("AUTH", V5, Bytes.packet(0xf0, "18 08 150001'm' 160001ff"), "AUTH CONTINUE_AUTHENTICATION m ff"),
                bad("PINGREQ with body", V311, Bytes.of("c001 00"), ReasonCode.MALFORMED_PACKET),
                bad("PINGREQ flags", V311, Bytes.of("c100"), ReasonCode.MALFORMED_PACKET),
                bad("v3 DISCONNECT with body", V311, Bytes.of("e001 00"), ReasonCode.MALFORMED_PACKET),
                bad("DISCONNECT code of the server", V5, Bytes.of("e001 8e"), ReasonCode.PROTOCOL_ERROR),
                bad("DISCONNECT unknown code", V5, Bytes.of("e001 05"), ReasonCode.PROTOCOL_ERROR),
                bad(
                        "DISCONNECT server reference",
                        V5,
                        Bytes.packet(0xe0, "00 04 1c0001'x'"),
                        ReasonCode.PROTOCOL_ERROR),
                bad("DISCONNECT flags", V5, Bytes.of("e200"), ReasonCode.MALFORMED_PACKET),
                bad("AUTH in v3", V311, Bytes.of("f000"), ReasonCode.MALFORMED_PACKET),
                bad("AUTH of success", V5, Bytes.of("f000"), ReasonCode.PROTOCOL_ERROR),
                bad("AUTH without method", V5, Bytes.of("f002 1800"), ReasonCode.PROTOCOL_ERROR),
                bad("type 0", V5, Bytes.of("0000"), ReasonCode.MALFORMED_PACKET),
                bad("CONNACK", V5, Bytes.of("2003 000000"), ReasonCode.PROTOCOL_ERROR),
                bad("SUBACK", V5, Bytes.of("9003 000100"), ReasonCode.PROTOCOL_ERROR),
                bad("UNSUBACK", V5, Bytes.of("b003 000100"), ReasonCode.PROTOCOL_ERROR),
                bad("PINGRESP", V5, Bytes.of("d000"), ReasonCode.PROTOCOL_ERROR),
                bad("second CONNECT", V5, V5, ReasonCode.PROTOCOL_ERROR),
                bad("no CONNECT first", new byte[0], Bytes.of("c000"), ReasonCode.PROTOCOL_ERROR),
                bad("five length bytes", V5, Bytes.of("30 ffffffff01"), ReasonCode.MALFORMED_PACKET),
                bad("longer length than needed", V5, Bytes.of("c0 8000"), ReasonCode.MALFORMED_PACKET),
                bad("too large", V5, Bytes.of("30 e607"), ReasonCode.PACKET_TOO_LARGE)));
    }

    @Test
    void tooLargeIsKnownBeforeTheBody() {
        PacketDecoder decoder = DecoderCase.connected(V311);
        ByteBuf header = Unpooled.wrappedBuffer(Bytes.of("30 ffffff7f"));
        PacketException e = assertThrows(PacketException.class, () -> decoder.frame(header));
        assertEquals(ReasonCode.PACKET_TOO_LARGE, e.reason());
    }

    @Test
    void largestPacketIsTaken() {
        String payload = "00".repeat(DecoderCase.MAX_PACKET_SIZE - 3 - 3);
        List<String> seen = DecoderCase.decode(DecoderCase.connected(V311), Bytes.packet(0x30, "0001'a'" + payload), 0);
        assertEquals(List.of("PUBLISH a q0 id=0 " + payload + " [] expiry=-1"), seen);
    }
}
