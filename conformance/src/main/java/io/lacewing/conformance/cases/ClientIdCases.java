package io.lacewing.conformance.cases;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.wire.ConnectPacket;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Property;
import java.util.ArrayList;
import java.util.List;

/** Client identifiers (3.1.3.1, 3.2.2.3.7). */
final class ClientIdCases implements Chapter {
    private static final String ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final int ALWAYS_ALLOWED = 23;

    @Override
    public void addTo(Cases cases) {
        named(cases);
        emptyInV3(cases);
        emptyInV5(cases);
    }

    private static void named(Cases cases) {
        cases.of("clientid.alphabet", "Client ids of up to 23 digits and letters are allowed")
                .v3("MQTT-3.1.3-3", "MQTT-3.1.3-5", "MQTT-3.1.4-4")
                .v5("MQTT-3.1.3-3", "MQTT-3.1.3-5", "MQTT-3.1.4-5")
                .run(bench -> {
                    // Other ids than those that trials of the other version use at the same time.
                    String all = bench.v5()
                            ? ALPHABET
                            : new StringBuilder(ALPHABET).reverse().toString();
                    for (int start = 0; start < all.length(); start += ALWAYS_ALLOWED) {
                        accepted(bench, all.substring(start, Math.min(start + ALWAYS_ALLOWED, all.length())));
                    }
                    for (int length = 1; length < ALWAYS_ALLOWED; length++) {
                        accepted(bench, (bench.v5() ? "5" : "3").repeat(length));
                    }
                });
        cases.of("clientid.others", "Longer client ids, and with other characters, are allowed or refused as such")
                .v3("MQTT-3.1.3-9", "MQTT-3.2.2-4", "MQTT-3.2.2-5")
                .v5("MQTT-3.1.3-8", "MQTT-3.2.2-6", "MQTT-3.2.2-7")
                .run(bench -> {
                    String start = bench.clientId();
                    for (String id : List.of(
                            start + "-_.:/+#$ ",
                            start + "é€\uD868\uDED4",
                            start + "x".repeat(24),
                            start + "y".repeat(1_000),
                            start + "z".repeat(65_535 - start.length()))) {
                        bench.row(id.length() + " characters", () -> acceptedOrRefused(bench, id));
                    }
                });
    }

    private static void accepted(Bench bench, String id) throws Exception {
        bench.row("'" + id + "'", () -> {
            Packet connack = bench.open().connect(bench.connectPacket(id));
            Expect.that(!connack.has(Property.ASSIGNED_CLIENT_IDENTIFIER), "the client has named itself");
        });
    }

    private static void acceptedOrRefused(Bench bench, String id) {
        Client client = bench.open();
        client.send(bench.connectPacket(id).toArray());
        Packet connack = client.expect(PacketType.CONNACK);
        if (connack.reason() == 0) {
            client.expectNothing();
            Client next = bench.connect(bench.connectPacket(id));
            client.expectThrownOut(0x8E);
            next.disconnect();
        } else {
            Expect.equal("code", bench.v5() ? 0x85 : 2, connack.reason());
            client.expectClosed();
        }
    }

    private static void emptyInV3(Cases cases) {
        cases.of("clientid.empty-not-clean", "An empty client id without Clean Session is refused")
                .v3("MQTT-3.1.3-7", "MQTT-3.1.3-8", "MQTT-3.2.2-4", "MQTT-3.2.2-5")
                .run(bench -> {
                    Client client = bench.open();
                    client.send(bench.connectPacket("").cleanStart(false).toArray());
                    Expect.equal("code", 2, client.expect(PacketType.CONNACK).reason());
                    client.expectClosed();
                });
        cases.of("clientid.empty", "Clients with empty ids are served, each under an id of its own")
                .v3("MQTT-3.1.3-6")
                .v5("MQTT-3.1.3-6")
                .run(bench -> {
                    List<Client> clients = new ArrayList<>();
                    for (int i = 0; i < 4; i++) {
                        Client client = bench.open();
                        client.send(bench.connectPacket("").toArray());
                        Packet connack = client.expect(PacketType.CONNACK);
                        bench.skipUnless(
                                connack.reason() != 2 && connack.reason() != 0x85, "the broker wants a client id");
                        Expect.equal("code", 0, connack.reason());
                        SessionCases.present(false, connack);
                        client.subscribe(bench.topic("t"), 0);
                        clients.add(client);
                    }
                    clients.getFirst().publish(bench.topic("t"), "for all", 0);
                    for (Client client : clients) {
                        client.expectPublish("for all");
                        client.expectNothing();
                    }
                });
    }

    private static void emptyInV5(Cases cases) {
        cases.of("clientid.assigned", "A client with an empty id is told a new one, and can come back under it")
                .v5("MQTT-3.1.3-6", "MQTT-3.1.3-7", "MQTT-3.2.2-16")
                .run(bench -> {
                    List<String> seen = new ArrayList<>();
                    for (boolean clean : List.of(true, false, true, false)) {
                        ConnectPacket packet =
                                bench.connectPacket("").persistent(30).cleanStart(clean);
                        Client client = bench.open();
                        Packet connack = client.connect(packet);
                        String id = connack.text(Property.ASSIGNED_CLIENT_IDENTIFIER);
                        Expect.that(!id.isEmpty(), "no Assigned Client Identifier came");
                        Expect.that(!seen.contains(id), id + " was given before");
                        SessionCases.present(false, connack);
                        seen.add(id);
                        client.subscribe(bench.topic("t"), 0);
                        client.disconnect();
                    }
                    for (String id : seen) {
                        Client client = bench.open();
                        SessionCases.present(
                                true, client.connect(bench.connectPacket(id).persistent(30)));
                        client.publish(bench.topic("t"), id, 0);
                        client.expectPublish(id);
                        SessionCases.end(bench, id);
                    }
                });
        cases.of("clientid.assigned-taken-over", "A client takes over the connection that was given its id")
                .v5("MQTT-3.1.3-7", "MQTT-3.1.4-3")
                .run(bench -> {
                    Client client = bench.open();
                    String id = client.connect(bench.connectPacket("")).text(Property.ASSIGNED_CLIENT_IDENTIFIER);
                    Client next = bench.connect(bench.connectPacket(id));
                    client.expectThrownOut(0x8E);
                    next.expectNothing();
                });
    }
}
