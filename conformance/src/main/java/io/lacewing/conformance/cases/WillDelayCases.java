package io.lacewing.conformance.cases;

import static io.lacewing.conformance.cases.WillCases.expectNoWill;
import static io.lacewing.conformance.cases.WillCases.watcher;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.wire.ConnectPacket;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.Properties;
import io.lacewing.conformance.wire.Property;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** The delay of wills (3.1.3.2.2), with each way in which a session goes on or ends before it is over. */
final class WillDelayCases implements Chapter {
    private static final long NEVER = 0xFFFF_FFFFL;
    private static final int NORMAL = 0x00;
    private static final int WITH_WILL = 0x04;

    /** Less than the shortest delay there is, 1 s, by what an answer takes. */
    private static final Duration BEFORE = Duration.ofMillis(600);

    /** More than what is left of the longest delay in these cases, that is over at some time. */
    private static final Duration AFTER = Duration.ofSeconds(3);

    @Override
    public void addTo(Cases cases) {
        alone(cases);
        backBefore(cases);
        sessionEnds(cases);
        disconnected(cases);
        takenOver(cases);
        expiry(cases);
    }

    private static ConnectPacket packet(Bench bench, String id, long delay, long expiry) {
        Properties ofWill = new Properties().number(Property.WILL_DELAY_INTERVAL, delay);
        byte[] topic = bench.topic("will").getBytes(StandardCharsets.UTF_8);
        byte[] payload = "will".getBytes(StandardCharsets.UTF_8);
        ConnectPacket packet = bench.connectPacket(id).persistent(expiry);
        return packet.will(topic, payload, 0, false, ofWill);
    }

    // ---- nobody comes back ----

    private static void alone(Cases cases) {
        for (long expiry : new long[] {60, NEVER}) {
            String name = "willdelay.over-" + (expiry == NEVER ? "session-for-ever" : "before-session");
            cases.of(name, "A will comes when its delay is over, not before")
                    .v5("MQTT-3.1.2-8")
                    .run(bench -> {
                        Client watcher = watcher(bench);
                        String id = bench.clientId();
                        bench.connect(packet(bench, id, 1, expiry)).drop();
                        watcher.expectSilence(BEFORE);
                        watcher.expectPublish("will");
                        SessionCases.present(
                                true,
                                bench.open().connect(bench.connectPacket(id).persistent(5)));
                        expectNoWill(bench, watcher, id);
                    });
        }
        for (long delay : new long[] {60, NEVER}) {
            String name = "willdelay.session-over-first" + (delay == NEVER ? "-endless-delay" : "");
            cases.of(name, "A will comes when its session is over, though its delay is not")
                    .v5("MQTT-3.1.2-8")
                    .run(bench -> {
                        Client watcher = watcher(bench);
                        String id = bench.clientId();
                        bench.connect(packet(bench, id, delay, 1)).drop();
                        watcher.expectSilence(BEFORE);
                        watcher.expectPublish("will");
                        expectNoWill(bench, watcher, id);
                    });
        }
        cases.of(
                        "willdelay.no-session",
                        "A will comes at once, whatever its delay, if its session ends with the connection")
                .v5("MQTT-3.1.2-8")
                .run(bench -> {
                    Client watcher = watcher(bench);
                    String id = bench.clientId();
                    bench.connect(packet(bench, id, 3600, 0)).drop();
                    watcher.expectPublish("will");
                    expectNoWill(bench, watcher, id);
                });
        cases.of("willdelay.same-as-expiry", "A will whose delay and session are over together comes once")
                .v5("MQTT-3.1.2-8", "MQTT-3.1.2-10")
                .run(bench -> {
                    Client watcher = watcher(bench);
                    String id = bench.clientId();
                    bench.connect(packet(bench, id, 1, 1)).drop();
                    watcher.expectSilence(BEFORE);
                    watcher.expectPublish("will");
                    expectNoWill(bench, watcher, id);
                });
        cases.of("willdelay.keep-alive", "The delay counts from the end of the connection, also by keep alive")
                .v5("MQTT-3.1.2-8", "MQTT-3.1.2-22")
                .run(bench -> {
                    Client watcher = watcher(bench);
                    String id = bench.clientId();
                    Client client = bench.connect(packet(bench, id, 1, 60).keepAlive(1));
                    client.expectThrownOut(Duration.ofSeconds(2).plus(bench.patience()), 0x8D);
                    watcher.expectSilence(BEFORE);
                    watcher.expectPublish("will");
                    SessionCases.end(bench, id);
                });
    }

    // ---- the client comes back ----

    private static void backBefore(Cases cases) {
        cases.of(
                        "willdelay.back-in-time",
                        "A will does not come if its client resumes the session before its delay is over")
                .v5("MQTT-3.1.2-8", "MQTT-3.1.3-9")
                .run(bench -> {
                    Client watcher = watcher(bench);
                    String id = bench.clientId();
                    bench.connect(packet(bench, id, 2, 60)).drop();
                    Client again = bench.open();
                    SessionCases.present(
                            true, again.connect(bench.connectPacket(id).persistent(60)));
                    watcher.expectSilence(AFTER);
                    again.drop();
                    expectNoWill(bench, watcher, id);
                });
        cases.of("willdelay.back-with-another", "A client that is back in time has its new will, not the old one")
                .v5("MQTT-3.1.2-7", "MQTT-3.1.3-9")
                .run(bench -> {
                    Client watcher = watcher(bench);
                    String id = bench.clientId();
                    bench.connect(packet(bench, id, 2, 60)).drop();
                    bench.connect(bench.connectPacket(id).persistent(60).will(bench.topic("will"), "second", 0, false))
                            .drop();
                    watcher.expectPublish("second");
                    watcher.expectSilence(AFTER);
                    SessionCases.end(bench, id);
                });
        cases.of(
                        "willdelay.back-without-expiry",
                        "A client that is back in time has no will, though its session ends now")
                .v5("MQTT-3.1.3-9")
                .run(bench -> {
                    Client watcher = watcher(bench);
                    String id = bench.clientId();
                    bench.connect(packet(bench, id, 2, 60)).drop();
                    Client again = bench.open();
                    SessionCases.present(
                            true, again.connect(bench.connectPacket(id).cleanStart(false)));
                    again.drop();
                    watcher.expectSilence(AFTER);
                    expectNoWill(bench, watcher, id);
                });
        cases.of(
                        "willdelay.back-too-late",
                        "A client that is back after the delay finds its session, and its will has come")
                .v5("MQTT-3.1.2-8", "MQTT-3.1.2-10")
                .run(bench -> {
                    Client watcher = watcher(bench);
                    String id = bench.clientId();
                    bench.connect(packet(bench, id, 1, 60)).drop();
                    watcher.expectPublish("will");
                    bench.connect(packet(bench, id, 1, 60)).drop();
                    watcher.expectSilence(BEFORE);
                    watcher.expectPublish("will");
                    SessionCases.end(bench, id);
                });
    }

    // ---- the session ends ----

    private static void sessionEnds(Cases cases) {
        cases.of("willdelay.clean-start", "A will comes at once when Clean Start ends its session")
                .v5("MQTT-3.1.2-4", "MQTT-3.1.2-8")
                .run(bench -> {
                    Client watcher = watcher(bench);
                    String id = bench.clientId();
                    bench.connect(packet(bench, id, 3600, 7200)).drop();
                    Client again = bench.connect(bench.connectPacket(id));
                    watcher.expectPublish("will");
                    again.disconnect();
                    expectNoWill(bench, watcher, id);
                });
    }

    private static void disconnected(Cases cases) {
        cases.of("willdelay.disconnect-with-will", "DISCONNECT with 0x04 leaves the delay as it is")
                .v5("MQTT-3.1.2-8")
                .run(bench -> {
                    Client watcher = watcher(bench);
                    String id = bench.clientId();
                    leave(bench.connect(packet(bench, id, 1, 60)), WITH_WILL, new Properties());
                    watcher.expectSilence(BEFORE);
                    watcher.expectPublish("will");
                    SessionCases.end(bench, id);
                });
        cases.of(
                        "willdelay.disconnect-expiry-0",
                        "DISCONNECT with 0x04 that ends the session lets the will come at once")
                .v5("MQTT-3.1.2-8")
                .run(bench -> {
                    Client watcher = watcher(bench);
                    String id = bench.clientId();
                    Properties now = new Properties().number(Property.SESSION_EXPIRY_INTERVAL, 0);
                    leave(bench.connect(packet(bench, id, 3600, 7200)), WITH_WILL, now);
                    watcher.expectPublish("will");
                    expectNoWill(bench, watcher, id);
                });
        cases.of(
                        "willdelay.disconnect-shorter",
                        "DISCONNECT with 0x04 may name a session expiry before the delay's end")
                .v5("MQTT-3.1.2-8")
                .run(bench -> {
                    Client watcher = watcher(bench);
                    String id = bench.clientId();
                    Properties soon = new Properties().number(Property.SESSION_EXPIRY_INTERVAL, 1);
                    leave(bench.connect(packet(bench, id, 3600, 7200)), WITH_WILL, soon);
                    watcher.expectSilence(BEFORE);
                    watcher.expectPublish("will");
                    expectNoWill(bench, watcher, id);
                });
        for (long expiry : new long[] {1, 60}) {
            cases.of("willdelay.disconnect-normally-" + expiry, "DISCONNECT with 0x00 removes a will with a delay")
                    .v5("MQTT-3.1.2-8", "MQTT-3.1.2-10")
                    .run(bench -> {
                        Client watcher = watcher(bench);
                        String id = bench.clientId();
                        leave(bench.connect(packet(bench, id, 2, expiry)), NORMAL, new Properties());
                        watcher.expectSilence(AFTER);
                        expectNoWill(bench, watcher, id);
                    });
        }
    }

    private static void leave(Client client, int reason, Properties properties) {
        client.send(Packets.disconnect(reason, properties));
        client.expectClosed();
    }

    // ---- another connection takes over ----

    private static void takenOver(Cases cases) {
        cases.of("willdelay.taken-over", "A will with a delay does not come if its session is taken over")
                .v5("MQTT-3.1.3-9", "MQTT-3.1.4-3")
                .run(bench -> {
                    Client watcher = watcher(bench);
                    String id = bench.clientId();
                    Client client = bench.connect(packet(bench, id, 1, 60));
                    Client next = bench.connect(bench.connectPacket(id).persistent(60));
                    client.expectThrownOut(0x8E);
                    watcher.expectSilence(AFTER);
                    next.drop();
                    expectNoWill(bench, watcher, id);
                });
        cases.of("will.take-over-resumed", "A will without delay comes when its session is taken over and goes on")
                .v3("MQTT-3.1.2-8", "MQTT-3.1.4-2")
                .v5("MQTT-3.1.2-8", "MQTT-3.1.4-3")
                .run(bench -> {
                    Client watcher = watcher(bench);
                    String id = bench.clientId();
                    Client client = bench.connect(WillCases.withWill(bench, id).persistent(60));
                    Client next = bench.open();
                    SessionCases.present(
                            true, next.connect(bench.connectPacket(id).persistent(60)));
                    client.expectThrownOut(0x8E);
                    watcher.expectPublish("will");
                    expectNoWill(bench, watcher, id);
                });
        for (boolean clean : List.of(true, false)) {
            String name = clean ? "willdelay.taken-over-clean" : "willdelay.taken-over-no-expiry";
            long expiry = clean ? 7200 : 0;
            cases.of(name, "A will with a delay comes at once if its session ends by being taken over")
                    .v5("MQTT-3.1.2-8", "MQTT-3.1.4-3")
                    .run(bench -> {
                        Client watcher = watcher(bench);
                        String id = bench.clientId();
                        Client client = bench.connect(packet(bench, id, 3600, expiry));
                        Client next = bench.open();
                        SessionCases.present(
                                false, next.connect(bench.connectPacket(id).cleanStart(clean)));
                        client.expectThrownOut(0x8E);
                        watcher.expectPublish("will");
                        expectNoWill(bench, watcher, id);
                    });
        }
    }

    // ---- expiry of the message ----

    private static void expiry(Cases cases) {
        cases.of("willdelay.message-expiry", "The expiry of a will's message counts from when it is published")
                .v5("MQTT-3.1.2-8", "MQTT-3.1.2-9")
                .run(bench -> {
                    Client watcher = watcher(bench);
                    String id = bench.clientId();
                    Properties ofWill = new Properties()
                            .number(Property.WILL_DELAY_INTERVAL, 2)
                            .number(Property.MESSAGE_EXPIRY_INTERVAL, 1);
                    byte[] topic = bench.topic("will").getBytes(StandardCharsets.UTF_8);
                    ConnectPacket packet = bench.connectPacket(id).persistent(60);
                    bench.connect(packet.will(topic, new byte[0], 0, false, ofWill))
                            .drop();
                    Packet will = watcher.expectPublish("");
                    Expect.equal("message expiry", 1L, will.number(Property.MESSAGE_EXPIRY_INTERVAL, 0));
                    SessionCases.end(bench, id);
                });
    }
}
