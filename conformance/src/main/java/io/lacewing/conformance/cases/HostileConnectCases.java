package io.lacewing.conformance.cases;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.wire.Bytes;
import io.lacewing.conformance.wire.ConnectPacket;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.Properties;
import io.lacewing.conformance.wire.Property;
import io.lacewing.conformance.wire.SubscribePacket;
import java.util.List;

/** CONNECTs (3.1) as no client may send them: protocol names, versions, flags; and what comes behind a refused one. */
final class HostileConnectCases implements Chapter {
    private static final int MALFORMED = 0x81;

    @Override
    public void addTo(Cases cases) {
        cases.of("hostile.protocol-names", "A CONNECT of another protocol ends the connection")
                .v3("MQTT-3.1.2-1")
                .v5("MQTT-3.1.2-1")
                .run(Hostile.rows(HostileConnectCases::names));
        cases.of("hostile.protocol-versions", "A CONNECT of a version that does not exist is refused")
                .v3("MQTT-3.1.2-2")
                .v5("MQTT-3.1.2-2")
                .run(Hostile.rows(HostileConnectCases::versions));
        cases.of(
                        "hostile.connect-flags",
                        "Each connect flag that is reserved, or not as the rest is, ends the connection")
                .v3(
                        "MQTT-3.1.2-3",
                        "MQTT-3.1.2-11",
                        "MQTT-3.1.2-13",
                        "MQTT-3.1.2-14",
                        "MQTT-3.1.2-15",
                        "MQTT-3.1.2-22",
                        "MQTT-3.1.4-1")
                .v5("MQTT-3.1.2-3", "MQTT-3.1.2-11", "MQTT-3.1.2-12", "MQTT-3.1.2-13", "MQTT-3.1.4-1")
                .run(Hostile.rows(HostileConnectCases::flags));
        cases.of("hostile.second-connect", "A second CONNECT, right, wrong or cut, ends the connection")
                .v3("MQTT-3.1.0-2")
                .v5("MQTT-3.1.0-2")
                .run(Hostile.rows(HostileConnectCases::second));
        cases.of("hostile.behind-refused-connect", "What comes behind a CONNECT that is refused is not looked at")
                .v3("MQTT-3.1.4-1", "MQTT-3.1.4-5")
                .v5("MQTT-3.1.4-1", "MQTT-3.1.4-6")
                .run(Hostile.rows(HostileConnectCases::behindRefused));
    }

    private static void names(Hostile hostile) throws Exception {
        Bench bench = hostile.bench();
        List<String> names = List.of(
                "",
                "M",
                "MQT",
                "mqtt",
                "Mqtt",
                "MQTt",
                "MQTT ",
                " MQTT",
                "MQTT\0",
                "MQTTS",
                "MQIsd",
                "MQIsdp",
                "mqisdp",
                "MQIsdp3",
                "HTTP",
                "MQTT".repeat(2),
                "M".repeat(1_000),
                "M".repeat(65_535));
        for (String name : names) {
            String what = "protocol name '" + (name.length() > 20 ? name.length() + " M" : name) + "'";
            hostile.notTaken(what, bench.connectPacket().protocolName(name).toArray());
        }
        // The name's length alone is another.
        byte[] right = bench.connectPacket().toArray();
        for (int length : new int[] {0, 3, 5, 0x04FF, 0xFFFF}) {
            byte[] packet = right.clone();
            packet[2] = (byte) (length >> 8);
            packet[3] = (byte) length;
            hostile.notTaken("a protocol name said to be " + length + " bytes long", packet);
        }
    }

    private static void versions(Hostile hostile) throws Exception {
        Bench bench = hostile.bench();
        // The answer to older versions is in the form of 3.1.1; to newer ones it may be, or in that of MQTT 5.
        int[] levels = hostile.v5() ? new int[] {6, 7, 0x7F, 0x80, 0x85, 0xFF} : new int[] {0, 1, 2, 3};
        for (int level : levels) {
            byte[] packet = bench.connectPacket().level(level).toArray();
            bench.row(
                    "protocol version " + level, () -> bench.open().send(packet).expectRefused(0x84, 1));
        }
    }

    private static void flags(Hostile hostile) throws Exception {
        Bench bench = hostile.bench();
        for (int bit : new int[] {0x01, 0x04, 0x08, 0x10, 0x18, 0x20}) {
            String what = "nothing in the CONNECT, flags changed by " + bit;
            hostile.refused(what, bare(bench).flipFlags(bit).toArray(), MALFORMED);
        }
        for (int bit : new int[] {0x80, 0x40, 0xC0}) {
            String what = "no user name and password, flags changed by " + bit;
            hostile.refused(what, bare(bench).flipFlags(bit).toArray(), MALFORMED);
        }
        for (int bit : new int[] {0x01, 0x04, 0x10, 0x40, 0x80, 0xC0}) {
            String what = "everything in the CONNECT, flags changed by " + bit;
            hostile.refused(what, full(bench).flipFlags(bit).toArray(), MALFORMED);
        }
        if (!hostile.v5()) {
            ConnectPacket password = bare(bench).password(Bytes.of('p'));
            hostile.refused("a password and no user name", password.toArray());
        }
    }

    /** Without user name and password, whatever the target asks for: it is refused anyway. */
    private static ConnectPacket bare(Bench bench) {
        return new ConnectPacket(bench.version(), bench.clientId());
    }

    private static ConnectPacket full(Bench bench) {
        return bare(bench)
                .will(Bytes.of('w'), Bytes.of('w', 'w'), 1, false, new Properties())
                .userName("user")
                .password(Bytes.of('p', 'p'));
    }

    private static void second(Hostile hostile) throws Exception {
        Bench bench = hostile.bench();
        for (int level : new int[] {3, 4, 5, 6}) {
            byte[] packet = bench.connectPacket().level(level).toArray();
            hostile.thrownOut("a second CONNECT of version " + level, packet, 0x82);
        }
        byte[] packet = bench.connectPacket().toArray();
        hostile.thrownOut(
                "two more CONNECTs", new Bytes().raw(packet).raw(packet).toArray(), 0x82);
        hostile.thrownOut("an empty CONNECT", Packets.packet(0x10), MALFORMED, 0x82);
        hostile.thrownOut("a CONNECT of another protocol", Packets.packet(0x10, 0, 1, 'X', 4), MALFORMED, 0x82);
    }

    private static void behindRefused(Hostile hostile) throws Exception {
        Bench bench = hostile.bench();
        Client witness = bench.connect();
        witness.subscribe(bench.topic("behind"), 0);
        byte[] publish = bench.publishPacket(bench.topic("behind"), "no").toArray();
        byte[] subscribe = new SubscribePacket(bench.version(), 1)
                .filter(bench.topic("behind"), 0)
                .toArray();
        ConnectPacket reserved = bench.connectPacket().flipFlags(1);
        ConnectPacket illFormed = bench.connectPacket().clientId(Bytes.of(0xFF));
        ConnectPacket properties = bench.connectPacket();
        properties.properties().number(Property.TOPIC_ALIAS, 1);
        for (ConnectPacket packet : List.of(reserved, illFormed, properties)) {
            if (packet != properties || hostile.v5()) {
                Bytes all = new Bytes().raw(packet.toArray()).raw(publish).raw(subscribe);
                all.raw(bench.connectPacket().toArray()).raw(publish);
                hostile.refused("a refused CONNECT, and more", all.toArray(), MALFORMED);
            }
        }
        // The broker has closed those connections, and what it did with them it did before.
        bench.row("nothing of it was published", witness::expectNothing);
    }
}
