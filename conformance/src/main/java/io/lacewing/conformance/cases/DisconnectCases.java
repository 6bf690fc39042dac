package io.lacewing.conformance.cases;

import static io.lacewing.conformance.cases.Subscriber.check;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.wire.ConnectPacket;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.Properties;
import io.lacewing.conformance.wire.Property;
import java.time.Duration;
import java.util.List;

/** DISCONNECT from a client (3.14): what becomes of will and session, and what a server does not take for one. */
final class DisconnectCases implements Chapter {
    private static final int DISCONNECT = 0xE0;
    private static final int WITH_WILL = 0x04;
    private static final int MALFORMED = 0x81;

    /** How often what may be a matter of luck is tried. */
    private static final int ROUNDS = 12;

    private static final int PROTOCOL_ERROR = 0x82;

    /** What table 3-10 lets a client send, apart from 0x00. */
    private static final int[] OF_CLIENTS = {
        WITH_WILL, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99
    };

    private static final int[] OF_NOBODY = {0x01, 0x02, 0x10, 0x11, 0x18, 0x19, 0x7F, 0x84, 0x91, 0x92, 0xA3, 0xFF};

    @Override
    public void addTo(Cases cases) {
        will(cases);
        session(cases);
        faults(cases);
    }

    /** A client with a will, and one that sees whether it is published. */
    private static final class Willing {
        private final Bench bench;
        private final String topic;
        private final Subscriber watcher;
        private final Client client;

        Willing(Bench bench, String end) {
            this(bench, end, bench.connectPacket());
        }

        Willing(Bench bench, String end, ConnectPacket packet) {
            this.bench = bench;
            topic = bench.topic(end);
            watcher = Subscriber.connect(bench).subscribe(topic, 1);
            client = bench.connect(packet.will(topic, "will", 1, false));
        }

        /** The connection is over, and there was no will and nothing else. */
        void checkNothing() {
            bench.connect().publish(topic, "end", 1);
            check(List.of(), watcher.textsUntil("end"), "what came of the client");
        }

        void checkWill() {
            watcher.until("will");
        }
    }

    private static void will(Cases cases) {
        cases.of("disconnect.normal", "DISCONNECT discards the will, and the broker closes")
                .v3("MQTT-3.14.4-3")
                .v5("MQTT-3.14.4-3")
                .run(bench -> {
                    Willing plain = new Willing(bench, "plain");
                    plain.client.disconnect();
                    plain.checkNothing();
                    if (bench.v5()) {
                        byte[][] forms = {
                            Packets.packet(DISCONNECT, 0),
                            Packets.packet(DISCONNECT, 0, 0),
                            Packets.disconnect(0, new Properties().text(Property.REASON_STRING, "bye")),
                            Packets.disconnect(
                                    0, new Properties().user("a", "b").user("a", "b")),
                        };
                        for (byte[] form : forms) {
                            bench.row("form of " + form.length + " bytes", () -> {
                                Willing willing = new Willing(bench, "form" + form.length);
                                willing.client.send(form).expectClosed();
                                willing.checkNothing();
                            });
                        }
                    }
                });
        cases.of("disconnect.and-back", "A client that is back as soon as it is closed finds its will discarded")
                .v3("MQTT-3.14.4-3")
                .v5("MQTT-3.14.4-3")
                .run(bench -> {
                    for (int i = 0; i < ROUNDS; i++) {
                        String id = bench.clientId();
                        Willing willing = new Willing(
                                bench, "back" + i, bench.connectPacket(id).persistent(30));
                        willing.client.disconnect();
                        // Of a cluster it is another node that it comes to.
                        bench.connect(bench.connectPacket(id));
                        willing.checkNothing();
                    }
                });
        cases.of("disconnect.with-codes", "DISCONNECT with any other code that a client may send brings the will")
                .v5("MQTT-3.14.2-1", "MQTT-3.1.2-8")
                .run(bench -> {
                    for (int code : OF_CLIENTS) {
                        bench.row("code " + code, () -> {
                            Willing willing = new Willing(bench, "code" + code);
                            willing.client
                                    .send(Packets.packet(DISCONNECT, code))
                                    .expectClosed();
                            willing.checkWill();
                        });
                    }
                });
        cases.of("disconnect.is-the-end", "What follows DISCONNECT in the stream is not looked at")
                .v3("MQTT-3.14.4-3")
                .v5("MQTT-3.14.4-3")
                .run(bench -> {
                    ConnectPacket connect = bench.connectPacket();
                    Willing willing = new Willing(bench, "after", connect);
                    willing.client.send(
                            Packets.disconnect(),
                            bench.publishPacket(bench.topic("after"), "after").toArray(),
                            // An error after the end must not bring the will back.
                            connect.toArray(),
                            Packets.packet(0, 0));
                    willing.client.expectClosed();
                    willing.checkNothing();
                });
        cases.of("disconnect.others-live", "DISCONNECT of one client leaves the others alone")
                .v5("MQTT-4.13.2-1")
                .run(bench -> {
                    Client other = bench.connect();
                    bench.connect().send(Packets.packet(DISCONNECT, 0x80)).expectClosed();
                    other.expectNothing();
                });
    }

    private static void session(Cases cases) {
        cases.of("disconnect.expiry-kept", "DISCONNECT without a session expiry leaves that of CONNECT")
                .v5("MQTT-3.1.2-23")
                .run(bench -> {
                    String id = bench.clientId();
                    bench.connect(bench.connectPacket(id).persistent(30)).disconnect();
                    check(true, reconnected(bench, id), "session present");
                });
        cases.of("disconnect.expiry-to-0", "DISCONNECT with session expiry 0 ends the session at once")
                .v5("MQTT-3.1.2-23")
                .run(bench -> {
                    for (int i = 0; i < ROUNDS; i++) {
                        String id = bench.clientId();
                        Client client = bench.connect(bench.connectPacket(id).persistent(30));
                        client.subscribe(bench.topic("t"), 1);
                        client.send(Packets.disconnect(0, expiry(0))).expectClosed();
                        check(false, reconnected(bench, id), "session present");
                    }
                });
        cases.of("disconnect.expiry-longer", "DISCONNECT can make a session last longer")
                .v5("MQTT-3.1.2-23")
                .run(bench -> {
                    String id = bench.clientId();
                    Client client = bench.connect(bench.connectPacket(id).persistent(1));
                    client.send(Packets.disconnect(0, expiry(30))).expectClosed();
                    bench.letPass(Duration.ofMillis(2_500));
                    check(true, reconnected(bench, id), "session present");
                });
        cases.of("disconnect.expiry-shorter", "DISCONNECT can make a session end sooner")
                .v5("MQTT-3.1.2-23")
                .run(bench -> {
                    String id = bench.clientId();
                    Client client = bench.connect(bench.connectPacket(id).persistent(300));
                    client.send(Packets.disconnect(0, expiry(1))).expectClosed();
                    bench.letPass(Duration.ofSeconds(3));
                    check(false, reconnected(bench, id), "session present");
                });
        cases.of(
                        "disconnect.expiry-from-0",
                        "A session expiry in DISCONNECT where CONNECT had none is a protocol error")
                .v5("MQTT-4.13.1-1", "MQTT-4.13.2-1")
                .run(bench -> {
                    ConnectPacket explicit = bench.connectPacket();
                    explicit.properties().number(Property.SESSION_EXPIRY_INTERVAL, 0);
                    for (ConnectPacket packet : List.of(bench.connectPacket(), explicit)) {
                        for (long seconds : new long[] {1, 0xFFFF_FFFFL}) {
                            Willing willing = new Willing(bench, "t" + seconds, packet);
                            willing.client.send(Packets.disconnect(0, expiry(seconds)));
                            willing.client.expectThrownOut(PROTOCOL_ERROR);
                            // It was no DISCONNECT.
                            willing.checkWill();
                        }
                        Willing willing = new Willing(bench, "zero", packet);
                        willing.client.send(Packets.disconnect(0, expiry(0))).expectClosed();
                        willing.checkNothing();
                    }
                });
    }

    private static Properties expiry(long seconds) {
        return new Properties().number(Property.SESSION_EXPIRY_INTERVAL, seconds);
    }

    /** Whether there is a session; there is none when this returns. */
    private static boolean reconnected(Bench bench, String id) {
        return bench.open().connect(bench.connectPacket(id).cleanStart(false)).sessionPresent();
    }

    private static void faults(Cases cases) {
        cases.of(
                        "disconnect.flags",
                        "DISCONNECT with flags ends the connection as malformed, and the will is published")
                .v3("MQTT-3.14.1-1")
                .v5("MQTT-3.14.1-1")
                .run(bench -> {
                    for (int flags = 1; flags < 16; flags++) {
                        int first = DISCONNECT | flags;
                        bench.row("flags " + flags, () -> {
                            Willing willing = new Willing(bench, "flags" + first);
                            willing.client.send(Packets.packet(first)).expectThrownOut(MALFORMED);
                            willing.checkWill();
                        });
                    }
                });
        cases.of("disconnect.unknown-codes", "DISCONNECT with a code that there is not ends the connection as an error")
                .v5("MQTT-4.13.1-1")
                .run(bench -> {
                    for (int code : OF_NOBODY) {
                        bench.row(
                                "code " + code,
                                () -> bench.connect()
                                        .send(Packets.packet(DISCONNECT, code))
                                        .expectThrownOut(MALFORMED, PROTOCOL_ERROR));
                    }
                });
        cases.of("disconnect.properties", "DISCONNECT takes its own properties, each once, and no others")
                .v5("MQTT-4.13.1-1")
                .run(bench -> {
                    for (Property property : Property.values()) {
                        boolean isAllowed = property == Property.USER_PROPERTY
                                || property == Property.REASON_STRING
                                || property == Property.SESSION_EXPIRY_INTERVAL;
                        Properties once = new Properties().any(property);
                        bench.row(property.name(), () -> {
                            Client client = bench.connect(bench.connectPacket().persistent(1));
                            client.send(Packets.disconnect(0, once));
                            // A server reference is in the standard's table, but for the server to send.
                            if (isAllowed) {
                                client.expectClosed();
                            } else {
                                client.expectThrownOut(MALFORMED, PROTOCOL_ERROR);
                            }
                        });
                        Properties twice = new Properties().any(property).any(property);
                        if (property != Property.USER_PROPERTY) {
                            bench.row(
                                    property + " twice",
                                    () -> bench.connect(bench.connectPacket().persistent(1))
                                            .send(Packets.disconnect(0, twice))
                                            .expectThrownOut(MALFORMED, PROTOCOL_ERROR));
                        }
                    }
                });
        cases.of("disconnect.too-long", "Bytes behind the end of DISCONNECT are malformed")
                .v3("MQTT-4.8.0-1")
                .v5("MQTT-4.13.1-1")
                .run(bench -> {
                    bench.skipUnless(bench.strict(), FarewellCases.SCRUPULOUS);
                    byte[] packet = bench.v5() ? Packets.packet(DISCONNECT, 0, 0, 0) : Packets.packet(DISCONNECT, 0);
                    bench.connect().send(packet).expectThrownOut(MALFORMED, PROTOCOL_ERROR);
                });
    }
}
