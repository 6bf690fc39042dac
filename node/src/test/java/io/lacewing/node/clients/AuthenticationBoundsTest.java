package io.lacewing.node.clients;

import static io.lacewing.node.clients.AuthClients.AGAIN;
import static io.lacewing.node.clients.AuthClients.CONTINUE;
import static io.lacewing.node.clients.AuthClients.auth;
import static io.lacewing.node.clients.AuthClients.authenticated;
import static io.lacewing.node.clients.AuthClients.connecting;
import static io.lacewing.node.clients.AuthClients.method;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.lacewing.node.BrokerFixture;
import io.lacewing.node.auth.ChallengeMechanism;
import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.auth.Exchange;
import io.lacewing.node.auth.Mechanism;
import io.lacewing.node.auth.ScriptedMechanism;
import io.lacewing.node.auth.Step;
import io.lacewing.node.mqtt.Bytes;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** What an exchange may take at most, and what comes of a mechanism that fails. */
class AuthenticationBoundsTest {
    private static final int MAX_ROUNDS = 16;
    private static final String CHALLENGE = ChallengeMechanism.NAME;
    private static final String SCRIPTED = ScriptedMechanism.NAME;
    private static final String ENDLESS = "ENDLESS";

    private static final ScriptedMechanism script = new ScriptedMechanism();

    @SuppressWarnings("NullAway.Init")
    private static BrokerFixture broker;

    /** How a mechanism can fail. */
    enum Fault {
        BEGIN,
        TAKE,
        STEP,
        LATE_STEP,
        NO_STEP,
        TOO_MUCH_DATA,
        CANCEL
    }

    @BeforeAll
    static void start() throws Exception {
        // Half a second is what these tests wait for, and more than the steps of those take that must be in time.
        broker = BrokerFixture.start(
                Map.of(CHALLENGE, new ChallengeMechanism(), SCRIPTED, script, ENDLESS, client -> endless()),
                "limits.connectTimeout=500ms");
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
    }

    private static Exchange endless() {
        return new Exchange() {
            @Override
            public CompletionStage<Step> take(byte @Nullable [] data) {
                return CompletableFuture.completedFuture(new Step.Continue(null));
            }

            @Override
            public void cancel() {}
        };
    }

    @Test
    void anExchangeHasSixteenRounds() throws Exception {
        try (PacketClient client = connecting(broker, "endless", ENDLESS)) {
            for (int i = 0; i < MAX_ROUNDS; i++) {
                client.expect("AUTH 18 {" + Bytes.hex(Bytes.of(method(ENDLESS))) + "}");
                auth(client, CONTINUE, method(ENDLESS));
            }
            client.expect("CONNACK 87").expectClosed();
        }
    }

    @Test
    void aSlowMechanismIsNotWaitedFor() throws Exception {
        try (PacketClient client = connecting(broker, "slow", SCRIPTED)) {
            script.expect("begin slow null tcp 5", "take nothing");
            client.expect("CONNACK 87").expectClosed();
            script.expect("cancel");
            script.answer(new Step.Success(null));
        }
        try (PacketClient client = connecting(broker, "slow", SCRIPTED)) {
            // The late answer did not let anybody in.
            script.expect("begin slow null tcp 5", "take nothing");
            script.answer(new Step.Success(null));
            client.expect(AuthClients.connack(Bytes.hex(Bytes.of(method(SCRIPTED)))));
        }
    }

    @Test
    void aSilentClientIsNotWaitedFor() throws Exception {
        try (PacketClient client = connecting(broker, "silent", CHALLENGE)) {
            AuthClients.challenge(client, CHALLENGE);
            client.expect("CONNACK 87").expectClosed();
        }
    }

    /** Each round alone would be in time. */
    @Test
    void theTimeIsThatOfAllRounds() throws Exception {
        try (PacketClient client = connecting(broker, "rounds", SCRIPTED)) {
            script.expect("begin rounds null tcp 5", "take nothing");
            script.answer(new Step.Continue(null));
            client.expect("AUTH 18 {" + Bytes.hex(Bytes.of(method(SCRIPTED))) + "}");
            auth(client, CONTINUE, method(SCRIPTED));
            script.expect("take nothing");
            client.expect("CONNACK 87").expectClosed();
            script.expect("cancel");
            script.answer(new Step.Success(null));
        }
    }

    @Test
    void aReauthenticationHasItsTimeToo() throws Exception {
        try (PacketClient client = authenticated(broker, "again")) {
            auth(client, AGAIN, method(CHALLENGE));
            AuthClients.challenge(client, CHALLENGE);
            client.expectDisconnect("87");
        }
    }

    /** The time ends with the exchange: nothing happens to the client when it is over. */
    @Test
    void successStopsTheClock() throws Exception {
        try (PacketClient client = authenticated(broker, "in-time");
                PacketClient clock = connecting(broker, "clock", CHALLENGE)) {
            AuthClients.challenge(clock, CHALLENGE);
            clock.expect("CONNACK 87").expectClosed();
            client.ping();
            auth(client, AGAIN, method(CHALLENGE));
            AuthClients.meet(client, CHALLENGE);
            AuthClients.meet(client, CHALLENGE);
            client.expect("AUTH 00 {" + AuthClients.proven(CHALLENGE) + "}");
            try (PacketClient next = connecting(broker, "clock", CHALLENGE)) {
                AuthClients.challenge(next, CHALLENGE);
                next.expect("CONNACK 87").expectClosed();
            }
            client.ping();
        }
    }

    /** A client that the broker does not read from, because of a slow subscriber, is not late with its answer. */
    @Test
    void theSilenceOfTheBrokerIsNotTheClients() throws Exception {
        int messages = 10;
        try (BrokerFixture own = BrokerFixture.start(
                        Map.of(CHALLENGE, new ChallengeMechanism()),
                        "node.eventLoops=1",
                        "limits.maxQueuedMessages=" + messages,
                        "limits.connectTimeout=1s");
                PacketClient slow = PacketClient.v5(own).connect("slow", true, "21 0001");
                PacketClient publisher = authenticated(own, "publisher")) {
            slow.expect("CONNACK 00" + PacketClient.ANSWER).subscribe("slow", 1);
            auth(publisher, AGAIN, method(CHALLENGE));
            byte[] answer = ChallengeMechanism.reversed(AuthClients.challenge(publisher, CHALLENGE));
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int i = 1; i <= messages; i++) {
                all.writeBytes(Bytes.packet(0x32, String.format("0004'slow' %04x 00", i)));
            }
            all.writeBytes(Bytes.packet(0xF0, "18 17" + method(CHALLENGE) + AuthClients.data(answer)));
            publisher.send(all.toByteArray()).expect("PUBACK #1 00");

            try (PacketClient clock = connecting(own, "clock", CHALLENGE)) {
                AuthClients.challenge(clock, CHALLENGE);
                clock.expect("CONNACK 87").expectClosed();
            }
            for (int i = 1; i <= messages; i++) {
                slow.take("PUBLISH slow '' q1");
            }
            for (int i = 2; i <= messages; i++) {
                publisher.expect("PUBACK #" + i + " 00");
            }
            AuthClients.meet(publisher, CHALLENGE);
            publisher.expect("AUTH 00 {" + AuthClients.proven(CHALLENGE) + "}");
        }
    }

    /** A mechanism with a fault. */
    private record Broken(Fault fault) implements Mechanism, Exchange {
        @Override
        public Exchange begin(ClientDetails client) {
            if (fault == Fault.BEGIN) {
                throw new IllegalStateException("begin");
            }
            return this;
        }

        @Override
        @SuppressWarnings("NullAway") // A mechanism that gives null against its promise is one of the cases.
        public CompletionStage<Step> take(byte @Nullable [] data) {
            return switch (fault) {
                case TAKE -> throw new IllegalStateException("take");
                case STEP, BEGIN -> CompletableFuture.failedFuture(new IllegalStateException("step"));
                case LATE_STEP ->
                    CompletableFuture.supplyAsync(
                            () -> {
                                throw new IllegalStateException("late step");
                            },
                            ForkJoinPool.commonPool());
                case NO_STEP -> CompletableFuture.completedFuture(null);
                case TOO_MUCH_DATA ->
                    CompletableFuture.supplyAsync(() -> new Step.Continue(new byte[Step.MAX_DATA + 1]));
                case CANCEL -> new CompletableFuture<>();
            };
        }

        @Override
        public void cancel() {
            if (fault == Fault.CANCEL) {
                throw new IllegalStateException("cancel");
            }
        }
    }

    /** The client is told 0x80, the operator once, and the node goes on. */
    @ParameterizedTest
    @CsvSource({"BEGIN, 80", "TAKE, 80", "STEP, 80", "LATE_STEP, 80", "NO_STEP, 80", "TOO_MUCH_DATA, 80", "CANCEL, 87"})
    void aBrokenMechanismEndsItsConnectionAlone(Fault fault, String code) throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger("io.lacewing.node.connection");
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        try (BrokerFixture own = BrokerFixture.start(
                Map.of("BROKEN", new Broken(fault), CHALLENGE, new ChallengeMechanism()),
                "limits.connectTimeout=500ms")) {
            logged.start();
            logger.addAppender(logged);
            try (PacketClient client = connecting(own, "broken", "BROKEN")) {
                client.expect("CONNACK " + code).expectClosed();
            }
            try (PacketClient next = authenticated(own, "broken")) {
                next.ping();
            }
            assertEquals(
                    1,
                    logged.list.stream()
                            .filter(event -> event.getLevel() == Level.ERROR)
                            .count());
        } finally {
            logger.detachAppender(logged);
        }
    }
}
