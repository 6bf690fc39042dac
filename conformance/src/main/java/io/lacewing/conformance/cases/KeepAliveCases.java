package io.lacewing.conformance.cases;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.suite.Failure;
import io.lacewing.conformance.wire.Bytes;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Property;
import java.time.Duration;

/** The keep alive (3.1.2.10, 3.2.2.3.14). */
final class KeepAliveCases implements Chapter {

    @Override
    public void addTo(Cases cases) {
        cases.of("connect.keep-alive", "A silent client is thrown out after one and a half times its keep alive")
                .v3("MQTT-3.1.2-24")
                .v5("MQTT-3.1.2-22", "MQTT-3.2.2-22")
                .run(bench -> {
                    Client client = bench.open();
                    long began = System.nanoTime();
                    Packet connack = client.connect(bench.connectPacket().keepAlive(1));
                    bench.skipUnless(!connack.has(Property.SERVER_KEEP_ALIVE), "it names another");
                    expectThrownOut(bench, client, began, Duration.ofMillis(1_500));
                });
        cases.of("connect.keep-alive-kept", "A client that sends anything within its keep alive stays")
                .v3("MQTT-3.1.2-24")
                .v5("MQTT-3.1.2-22")
                .run(bench -> {
                    // A second less would do but for a busy machine, on which the client itself may be late.
                    Client client = bench.connect(bench.connectPacket().keepAlive(4));
                    for (int i = 0; i < 3; i++) {
                        client.expectSilence(Duration.ofMillis(2_500));
                        if (i % 2 == 0) {
                            client.publish(bench.topic("t"), "alive", 0);
                        } else {
                            client.expectNothing();
                        }
                    }
                    client.expectNothing();
                });
        cases.of("connect.keep-alive-partial", "Half a packet is no sign of life")
                .v3("MQTT-3.1.2-24")
                .v5("MQTT-3.1.2-22")
                .run(bench -> {
                    Client client = bench.connect(bench.connectPacket().keepAlive(2));
                    client.send(Bytes.of(PacketType.PUBLISH.first(), 100, 0, 1));
                    client.expectSilence(Duration.ofSeconds(1));
                    client.send(Bytes.of('t', 0));
                    client.expectThrownOut(bench.patience().plusSeconds(2), 0x8D);
                });
        cases.of("connect.keep-alive-0", "A client with keep alive 0 may be silent")
                .v3("MQTT-3.1.2-24")
                .v5("MQTT-3.1.2-22")
                .run(bench -> {
                    Client client = bench.connect(bench.connectPacket().keepAlive(0));
                    client.expectSilence(Duration.ofMillis(2_500));
                    client.expectNothing();
                });
        cases.of("connack.server-keep-alive", "The keep alive that the server names is the one that holds")
                .v5("MQTT-3.1.2-22")
                .run(bench -> {
                    int seconds = bench.capabilities().serverKeepAlive();
                    bench.skipUnless(seconds > 0 && seconds <= 5, "the broker names no keep alive, or a long one");
                    Client client = bench.open();
                    long began = System.nanoTime();
                    Packet connack = client.connect(bench.connectPacket().keepAlive(60));
                    Expect.equal("keep alive", (long) seconds, connack.number(Property.SERVER_KEEP_ALIVE, 0));
                    expectThrownOut(bench, client, began, Duration.ofMillis(seconds * 1_500L));
                });
    }

    /** The client is thrown out when it has been silent for so long, and not before. */
    private static void expectThrownOut(Bench bench, Client client, long began, Duration silent) {
        client.expectThrownOut(silent.plus(bench.patience()), 0x8D);
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        if (took.compareTo(silent) < 0) {
            throw new Failure("it was thrown out after " + took.toMillis() + " ms, which is too soon");
        }
    }
}
