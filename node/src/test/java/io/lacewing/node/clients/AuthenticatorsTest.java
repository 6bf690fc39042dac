package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.GatedBroker;
import io.lacewing.node.auth.Authenticator;
import io.lacewing.node.auth.Credentials;
import io.lacewing.node.auth.Denial;
import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.Verdict;
import io.lacewing.node.mqtt.Bytes;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A CONNECT and the authenticators that are asked about it. */
class AuthenticatorsTest {
    private static final Verdict ALLOW = new Verdict.Allow(Identity.of("ann", Set.of()));
    private static final Verdict NEXT = new Verdict.Next();

    /** What an authenticator was asked, and by what it answers. */
    private record Question(Credentials credentials, CompletableFuture<Verdict> answer) {}

    /** Answers when the test does. */
    private static final class Slow implements Authenticator {
        private final BlockingQueue<Question> questions = new LinkedBlockingQueue<>();

        @Override
        public CompletionStage<Verdict> authenticate(Credentials credentials) {
            Question question = new Question(credentials, new CompletableFuture<>());
            questions.add(question);
            return question.answer;
        }

        Question next() throws InterruptedException {
            Question question = questions.poll(20, TimeUnit.SECONDS);
            assertNotNull(question, "not asked");
            return question;
        }
    }

    private static PacketClient connecting(GatedBroker broker, boolean v5) throws Exception {
        return PacketClient.at(broker.tcp(), v5).connect("c", 0xC2, 60, "", "0003'ann' 0003 00ff31");
    }

    private static void expectRefused(PacketClient client, String code) throws Exception {
        client.expect("CONNACK " + code);
        client.expectClosed();
    }

    private static void expectAccepted(PacketClient client) throws Exception {
        assertTrue(client.next().toString().startsWith("CONNACK 00"));
        client.ping();
    }

    @Test
    void eachIsAskedAfterTheOtherAndTheFirstThatDecidesHasDecided() throws Exception {
        Slow one = new Slow();
        Slow two = new Slow();
        Slow three = new Slow();
        Authenticator nobody = credentials -> CompletableFuture.completedFuture(NEXT);
        try (GatedBroker broker = new GatedBroker(List.of(nobody, one, two, three));
                PacketClient client = connecting(broker, true)) {
            Question first = one.next();
            assertEquals("ann", first.credentials.client().userName());
            assertArrayEquals(Bytes.of("00ff31"), first.credentials.password());
            assertTrue(two.questions.isEmpty());
            first.answer.complete(NEXT);
            Question second = two.next();
            assertFalse(client.hasMore());
            second.answer.complete(ALLOW);
            expectAccepted(client);
            assertTrue(three.questions.isEmpty());
            assertArrayEquals(new byte[3], first.credentials.password(), "the password is still there");
        }
    }

    /** [MQTT-3.1.4-5]: packets that come before the CONNACK wait, in their order. */
    @Test
    void whatComesMeanwhileWaits() throws Exception {
        Slow slow = new Slow();
        try (GatedBroker broker = new GatedBroker(List.of(slow));
                PacketClient client = connecting(broker, true)) {
            Question question = slow.next();
            client.publish(0x32, "t", 7, "", "x").publish(0x32, "t", 8, "", "y");
            assertFalse(client.hasMore());
            question.answer.complete(ALLOW);
            assertTrue(client.next().toString().startsWith("CONNACK 00"));
            client.expect("PUBACK #7 10", "PUBACK #8 10").ping();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "NOT_AUTHORIZED, 87, 05, not_authorized",
        "BAD_USER_NAME_OR_PASSWORD, 86, 04, bad_user_name_or_password",
        "BANNED, 8a, 05, banned",
        "SERVER_UNAVAILABLE, 88, 03, server_unavailable",
        "SERVER_BUSY, 89, 03, server_busy",
        "UNSPECIFIED_ERROR, 80, 03, unspecified_error"
    })
    void everyDenialHasItsCodeAndIsCounted(Denial denial, String v5, String v3, String counted) throws Exception {
        Verdict verdict = new Verdict.Deny(denial, "for this test");
        try (GatedBroker broker = new GatedBroker(List.of(any -> CompletableFuture.completedFuture(verdict)))) {
            try (PacketClient client = connecting(broker, true)) {
                expectRefused(client, v5);
            }
            try (PacketClient client = connecting(broker, false)) {
                expectRefused(client, v3);
            }
            assertTrue(
                    broker.scrape().contains("lacewing_connects_total{reason=\"" + counted + "\"} 2.0"),
                    broker.scrape());
        }
    }

    @Test
    void whomNobodyKnowsIsRefused() throws Exception {
        try (GatedBroker broker = new GatedBroker(List.of());
                PacketClient client = connecting(broker, true)) {
            expectRefused(client, "87");
        }
    }

    @Test
    void anAuthenticatorThatFailsLetsNobodyIn() throws Exception {
        Authenticator throwing = credentials -> {
            throw new IllegalStateException("for this test");
        };
        Slow slow = new Slow();
        try (GatedBroker broker = new GatedBroker(List.of(throwing));
                PacketClient client = connecting(broker, true)) {
            expectRefused(client, "80");
        }
        Authenticator failing =
                credentials -> CompletableFuture.failedFuture(new IllegalStateException("for this test"));
        try (GatedBroker broker = new GatedBroker(List.of(failing));
                PacketClient client = connecting(broker, true)) {
            expectRefused(client, "80");
        }
        try (GatedBroker broker = new GatedBroker(List.of(slow));
                PacketClient client = connecting(broker, true)) {
            slow.next().answer.completeExceptionally(new IllegalStateException("for this test"));
            expectRefused(client, "80");
        }
    }

    @Test
    void theTimeIsBoundedAndTheWorkIsTakenBack() throws Exception {
        Slow slow = new Slow();
        try (GatedBroker broker = new GatedBroker(List.of(slow), "limits.connectTimeout=200ms");
                PacketClient client = connecting(broker, true)) {
            Question question = slow.next();
            expectRefused(client, "88");
            assertThrows(CancellationException.class, () -> question.answer.get(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void aClientThatGoesTakesItsQuestionBack() throws Exception {
        Slow slow = new Slow();
        try (GatedBroker broker = new GatedBroker(List.of(slow), "limits.connectTimeout=60s")) {
            PacketClient client = connecting(broker, false);
            Question question = slow.next();
            client.close();
            assertThrows(CancellationException.class, () -> question.answer.get(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void aNodeThatIsPausedMeanwhileLetsNobodyIn() throws Exception {
        Slow slow = new Slow();
        try (GatedBroker broker = new GatedBroker(List.of(slow));
                PacketClient client = connecting(broker, true)) {
            Question question = slow.next();
            broker.pause("for this test");
            question.answer.complete(ALLOW);
            expectRefused(client, "88");
        }
    }
}
