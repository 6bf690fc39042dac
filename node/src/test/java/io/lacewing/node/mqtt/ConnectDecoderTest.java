package io.lacewing.node.mqtt;

import static io.lacewing.node.mqtt.DecoderCase.NOTHING;
import static io.lacewing.node.mqtt.DecoderCase.run;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** CONNECT packets: bytes in, a record or an error out. */
class ConnectDecoderTest {
    private static final String DEFAULTS = " se=0 rm=65535 mps=2147483647 tam=0 pi";

    private static DecoderCase ok(String name, String body, String expected) {
        return DecoderCase.ok(name, NOTHING, Bytes.packet(0x10, body), expected);
    }

    private static DecoderCase bad(String name, String body, ReasonCode reason) {
        return DecoderCase.bad(name, NOTHING, Bytes.packet(0x10, body), reason);
    }

    @TestFactory
    List<DynamicTest> accepted() {
        return run(List.of(
                ok("v3.1", "0006'MQIsdp' 03 02 000a 0003'abc'", "CONNECT V31 'abc' clean ka=10"),
                ok("v3.1.1", "0004'MQTT' 04 00 ffff 0003'abc'", "CONNECT V311 'abc' ka=65535"),
                ok("v3.1.1 no id", "0004'MQTT' 04 02 0000 0000", "CONNECT V311 '' clean ka=0"),
                ok(
                        "v3.1.1 all",
                        "0004'MQTT' 04 ee 000a 0001'c' 0001't' 0002'hi' 0001'u' 0002'pw'",
                        "CONNECT V311 'c' clean ka=10 user=u password=7077 will=t/q1/retain/6869/0/-1/"),
                ok(
                        "long client id",
                        "0004'MQTT' 04 02 0000 0100'" + "c".repeat(256) + "'",
                        "CONNECT V311 '" + "c".repeat(256) + "' clean ka=0"),
                ok("v5", "0004'MQTT' 05 02 003c 00 0001'c'", "CONNECT V5 'c' clean ka=60" + DEFAULTS),
                ok("v5 no id, no clean start", "0004'MQTT' 05 00 003c 00 0000", "CONNECT V5 '' ka=60" + DEFAULTS),
                ok(
                        "v5 password alone, not UTF-8",
                        "0004'MQTT' 05 42 003c 00 0001'c' 0002 ff00",
                        "CONNECT V5 'c' clean ka=60 password=ff00" + DEFAULTS),
                ok(
                        "v5 all properties",
                        "0004'MQTT' 05 02 003c 2b 11ffffffff 210001 2700000064 22000a 1901 1700 260001'a'0001'b'"
                                + "260001'a'0001'c' 150001'm' 160002'd1' 0001'c'",
                        "CONNECT V5 'c' clean ka=60 se=4294967295 rm=1 mps=100 tam=10 ri a=b a=c auth=m/6431"),
                ok(
                        "v5 will",
                        "0004'MQTT' 05 16 003c 00 0001'c' 15 1800000005 0101 0200000007 030001'x' 2600000000 0001't'"
                                + " 0000",
                        "CONNECT V5 'c' clean ka=60 will=t/q2//5/7/0101030001782600000000" + DEFAULTS)));
    }

    @TestFactory
    List<DynamicTest> refused() {
        return run(List.of(
                bad("other protocol", "0004'HTTP' 04 02 003c 0001'c'", ReasonCode.PROTOCOL_ERROR),
                bad("level 0", "0004'MQTT' 00 02 003c 0001'c'", ReasonCode.UNSUPPORTED_PROTOCOL_VERSION),
                bad("level 6", "0004'MQTT' 06 02 003c 0001'c'", ReasonCode.UNSUPPORTED_PROTOCOL_VERSION),
                bad("level 3 as MQTT", "0004'MQTT' 03 02 003c 0001'c'", ReasonCode.UNSUPPORTED_PROTOCOL_VERSION),
                bad("level 4 as MQIsdp", "0006'MQIsdp' 04 02 003c 0001'c'", ReasonCode.UNSUPPORTED_PROTOCOL_VERSION),
                bad("reserved flag", "0004'MQTT' 04 03 003c 0001'c'", ReasonCode.MALFORMED_PACKET),
                bad("will QoS 3", "0004'MQTT' 05 1e 003c 00 0001'c' 00 0001't' 0000", ReasonCode.MALFORMED_PACKET),
                bad("will QoS without will", "0004'MQTT' 04 0a 003c 0001'c'", ReasonCode.MALFORMED_PACKET),
                bad("will retain without will", "0004'MQTT' 05 22 003c 00 0001'c'", ReasonCode.MALFORMED_PACKET),
                bad("v3.1.1 password alone", "0004'MQTT' 04 42 003c 0001'c' 0001'p'", ReasonCode.MALFORMED_PACKET),
                bad("v3.1.1 no id, no clean", "0004'MQTT' 04 00 003c 0000", ReasonCode.CLIENT_IDENTIFIER_NOT_VALID),
                bad("v3.1 no id", "0006'MQIsdp' 03 02 003c 0000", ReasonCode.CLIENT_IDENTIFIER_NOT_VALID),
                bad("v5 will topic #", "0004'MQTT' 05 06 003c 00 0001'c' 00 0001'#' 0000", ReasonCode.PROTOCOL_ERROR),
                bad("v3 will topic empty", "0004'MQTT' 04 06 003c 0001'c' 0000 0000", ReasonCode.PROTOCOL_ERROR),
                bad(
                        "will's response topic empty",
                        "0004'MQTT' 05 06 003c 00 0001'c' 03 08 0000 0001't' 0000",
                        ReasonCode.PROTOCOL_ERROR),
                bad("no will payload", "0004'MQTT' 04 06 003c 0001'c' 0001't'", ReasonCode.MALFORMED_PACKET),
                bad("no user name", "0004'MQTT' 04 82 003c 0001'c'", ReasonCode.MALFORMED_PACKET),
                bad("more than it says", "0004'MQTT' 04 02 003c 0001'c' 00", ReasonCode.MALFORMED_PACKET),
                bad("client id not UTF-8", "0004'MQTT' 04 02 003c 0001 ff", ReasonCode.MALFORMED_PACKET),
                bad("receive maximum 0", "0004'MQTT' 05 02 003c 03 210000 0001'c'", ReasonCode.PROTOCOL_ERROR),
                bad("maximum packet size 0", "0004'MQTT' 05 02 003c 05 2700000000 0001'c'", ReasonCode.PROTOCOL_ERROR),
                bad("boolean 2", "0004'MQTT' 05 02 003c 02 1702 0001'c'", ReasonCode.PROTOCOL_ERROR),
                bad("property twice", "0004'MQTT' 05 02 003c 04 1701 1701 0001'c'", ReasonCode.PROTOCOL_ERROR),
                bad("property of PUBLISH", "0004'MQTT' 05 02 003c 03 230001 0001'c'", ReasonCode.MALFORMED_PACKET),
                bad("data without method", "0004'MQTT' 05 02 003c 04 160001'd' 0001'c'", ReasonCode.PROTOCOL_ERROR),
                bad(
                        "session expiry in the will",
                        "0004'MQTT' 05 06 003c 00 0001'c' 05 1100000000 0001't' 0000",
                        ReasonCode.MALFORMED_PACKET)));
    }

    /** A CONNECT that is too long is refused in its own version's form, as soon as that can be known. */
    @Test
    void tooLarge() {
        PacketDecoder decoder = DecoderCase.connected(NOTHING);
        assertEquals(0, decoder.frame(Unpooled.wrappedBuffer(Bytes.of("10 ff7f 0004'MQTT'"))));
        PacketException e = Assertions.assertThrows(
                PacketException.class, () -> decoder.frame(Unpooled.wrappedBuffer(Bytes.of("10 ff7f 0004'MQTT' 05"))));
        assertEquals(ReasonCode.PACKET_TOO_LARGE, e.reason());
        assertEquals(ProtocolVersion.V5, decoder.version());
    }
}
