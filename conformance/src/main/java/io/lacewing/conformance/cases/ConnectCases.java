package io.lacewing.conformance.cases;

import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.wire.ConnectPacket;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import java.time.Duration;

/** CONNECT (3.1): the packet itself, and the order in which it comes. */
final class ConnectCases implements Chapter {

    @Override
    public void addTo(Cases cases) {
        cases.of("connect.second", "A second CONNECT ends the connection")
                .v3("MQTT-3.1.0-2")
                .v5("MQTT-3.1.0-2")
                .run(bench -> {
                    ConnectPacket packet = bench.connectPacket();
                    Client client = bench.connect(packet);
                    client.send(packet.toArray());
                    client.expectThrownOut(0x82);
                });
        cases.of("connect.must-be-first", "What comes before a CONNECT ends the connection")
                .v3("MQTT-3.1.0-1")
                .v5("MQTT-3.1.0-1")
                .run(bench -> {
                    for (PacketType type : PacketType.values()) {
                        if (type != PacketType.CONNECT) {
                            bench.row(type + " comes first", () -> {
                                Client client = bench.open();
                                client.send(Packets.packet(type.first(), 0, 1, 'a', 0));
                                client.expectClosed();
                            });
                        }
                    }
                });
        cases.of("connect.keep-alive", "A silent client is thrown out after one and a half times its keep alive")
                .v3("MQTT-3.1.2-24")
                .v5("MQTT-3.1.2-22")
                .run(bench -> {
                    Client client = bench.connect(bench.connectPacket().keepAlive(1));
                    client.expectSilence(Duration.ofMillis(1_200));
                    client.expectThrownOut(Duration.ofSeconds(3), 0x8D);
                });
    }
}
