package io.lacewing.node.clients;

import static io.lacewing.node.clients.AuthClients.CONTINUE;
import static io.lacewing.node.clients.AuthClients.auth;
import static io.lacewing.node.clients.AuthClients.authenticated;
import static io.lacewing.node.clients.AuthClients.challenge;
import static io.lacewing.node.clients.AuthClients.connack;
import static io.lacewing.node.clients.AuthClients.connecting;
import static io.lacewing.node.clients.AuthClients.data;
import static io.lacewing.node.clients.AuthClients.meet;
import static io.lacewing.node.clients.AuthClients.method;
import static io.lacewing.node.clients.AuthClients.proven;

import io.lacewing.node.BrokerFixture;
import io.lacewing.node.auth.ChallengeMechanism;
import io.lacewing.node.auth.Denial;
import io.lacewing.node.auth.ScriptedMechanism;
import io.lacewing.node.auth.Step;
import io.lacewing.node.mqtt.Bytes;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Enhanced authentication between CONNECT and CONNACK (4.12), and the AUTH packet (3.15). */
class AuthenticationTest {
    private static final String CHALLENGE = ChallengeMechanism.NAME;
    private static final String SCRIPTED = ScriptedMechanism.NAME;
    private static final String LATER = "LATER";

    private static volatile ScriptedMechanism script = new ScriptedMechanism();
    private static final ExecutorService elsewhere = Executors.newSingleThreadExecutor();

    @SuppressWarnings("NullAway.Init")
    private static BrokerFixture broker;

    @BeforeAll
    static void start() throws Exception {
        broker = BrokerFixture.start(Map.of(
                CHALLENGE,
                new ChallengeMechanism(),
                LATER,
                new ChallengeMechanism(elsewhere),
                SCRIPTED,
                client -> script.begin(client)));
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
        elsewhere.shutdownNow();
    }

    @BeforeEach
    void newScript() {
        script = new ScriptedMechanism();
    }

    @AfterEach
    void theScriptHasSeenAll() {
        script.expectNothing();
    }

    /** A client in an exchange with the script, which has its first question. */
    private static PacketClient scripted(String id) throws Exception {
        PacketClient client = connecting(broker, id, SCRIPTED);
        script.expect("begin " + id + " null tcp 5", "take nothing");
        return client;
    }

    /** As {@link #scripted}; the client has been asked to go on. */
    private static PacketClient asked(String id) throws Exception {
        PacketClient client = scripted(id);
        script.answer(new Step.Continue(null));
        return client.expect("AUTH 18 {" + Bytes.hex(Bytes.of(method(SCRIPTED))) + "}");
    }

    private static void expectRefused(PacketClient client, String code) throws Exception {
        client.expect("CONNACK " + code);
        client.expectClosed();
    }

    /** [MQTT-4.12.0-2, MQTT-4.12.0-3, MQTT-4.12.0-5] */
    @ParameterizedTest
    @CsvSource({CHALLENGE, LATER})
    void theRightAnswersLetTheClientIn(String method) throws Exception {
        try (PacketClient client = connecting(broker, "right" + method, method)) {
            meet(client, method);
            meet(client, method);
            client.expect(connack(proven(method)));
            client.subscribe("right/" + method, 0)
                    .publish("right/" + method, "x")
                    .expect("PUBLISH right/" + method + " 'x' q0");
        }
    }

    /** [MQTT-4.12.0-4] */
    @ParameterizedTest
    @CsvSource({CHALLENGE, LATER})
    void aWrongAnswerDoesNot(String method) throws Exception {
        try (PacketClient client = connecting(broker, "wrong" + method, method)) {
            byte[] challenge = challenge(client, method);
            expectRefused(auth(client, CONTINUE, method(method) + data(challenge)), "87");
        }
        try (PacketClient client = connecting(broker, "wrong" + method, method)) {
            meet(client, method);
            challenge(client, method);
            expectRefused(auth(client, CONTINUE, method(method)), "87");
        }
    }

    @Test
    void whatTheClientSaysGoesToTheMechanismAndBack() throws Exception {
        try (PacketClient client = PacketClient.v5(broker)) {
            // The user name stands behind the client id.
            client.connect("told", 0x82, 60, method(SCRIPTED) + "160002 00ff", "0002'me'");
            script.expect("begin told me tcp 5", "take 00ff");
            script.answer(new Step.Continue(new byte[0]));
            client.expect("AUTH 18 {" + Bytes.hex(Bytes.of(method(SCRIPTED) + "160000")) + "}");
            auth(client, CONTINUE, method(SCRIPTED) + "160000");
            script.expect("take ");
            script.answer(new Step.Success(null));
            client.expect(connack(Bytes.hex(Bytes.of(method(SCRIPTED))))).ping();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "NOT_AUTHORIZED, 87",
        "BAD_USER_NAME_OR_PASSWORD, 86",
        "BANNED, 8a",
        "SERVER_UNAVAILABLE, 88",
        "SERVER_BUSY, 89",
        "UNSPECIFIED_ERROR, 80"
    })
    void everyDenialHasItsCode(Denial denial, String code) throws Exception {
        try (PacketClient client = scripted("denied")) {
            script.answer(new Step.Failure(denial, "for this test"));
            expectRefused(client, code);
        }
    }

    /** [MQTT-4.12.0-1]: an unknown method, and a known one in other letters. */
    @ParameterizedTest
    @CsvSource({"NONE", "challenge", "''"})
    void anotherMethodIsRefused(String method) throws Exception {
        try (PacketClient client = connecting(broker, "unknown", method)) {
            expectRefused(client, "8c");
        }
    }

    @Test
    void aBrokerWithoutMethodsRefusesAll() throws Exception {
        try (BrokerFixture plain = BrokerFixture.start();
                PacketClient client = connecting(plain, "plain", CHALLENGE)) {
            expectRefused(client, "8c");
        }
    }

    /** The rules for AUTH (3.15) and for the turn of the client, broken in every way. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "another method [MQTT-4.12.0-5]       | f0 | 18 07 150004'ELSE'            | 82",
                "method in other letters              | f0 | 18 0b 150008'scripted'        | 82",
                "no method (3.15.2.2.2)               | f0 | 18 00                         | 82",
                "no properties                        | f0 | 18                            | 82",
                "method twice                         | f0 | 18 16 150008'SCRIPTED' 150008'SCRIPTED' | 82",
                "data twice (3.15.2.2.3)              | f0 | 18 11 150008'SCRIPTED' 160000 160000 | 82",
                "another property                     | f0 | 18 10 150008'SCRIPTED' 1100000000 | 81",
                "reason string twice (3.15.2.2.4)     | f0 | 18 13 150008'SCRIPTED' 1f0001'a' 1f0001'b' | 82",
                "re-authenticate before CONNACK       | f0 | 19 0b 150008'SCRIPTED'        | 82",
                "success [MQTT-3.15.2-1]              | f0 | 00 0b 150008'SCRIPTED'        | 82",
                "nothing                              | f0 | ''                            | 82",
                "not authorized [MQTT-3.15.2-1]       | f0 | 87 0b 150008'SCRIPTED'        | 82",
                "no such reason [MQTT-3.15.2-1]       | f0 | 05 0b 150008'SCRIPTED'        | 82",
                "reserved bits [MQTT-3.15.1-1]        | f1 | 18 0b 150008'SCRIPTED'        | 81",
                "reserved bits [MQTT-3.15.1-1]        | f8 | 18 0b 150008'SCRIPTED'        | 81",
                "properties longer than the packet    | f0 | 18 0c 150008'SCRIPTED'        | 81",
                "a payload (3.15.3)                   | f0 | 18 0b 150008'SCRIPTED' 00     | 81",
                "PINGREQ [MQTT-3.1.2-30]              | c0 | ''                            | 82",
                "PUBLISH [MQTT-3.1.2-30]              | 30 | 0001'a' 00                    | 82",
                "PUBACK [MQTT-3.1.2-30]               | 40 | 0001                          | 82",
                "SUBSCRIBE [MQTT-3.1.2-30]            | 82 | 0001 00 0001'a' 00            | 82",
                "UNSUBSCRIBE [MQTT-3.1.2-30]          | a2 | 0001 00 0001'a'               | 82",
                "CONNECT [MQTT-3.1.0-2]               | 10 | 0004'MQTT' 05 02 003c 00 0001'c' | 82",
                "DISCONNECT with session expiry [MQTT-3.14.2-2] | e0 | 00 05 1100000001    | 82"
            })
    void aBrokenRuleEndsTheExchange(String rule, String first, String body, String code) throws Exception {
        try (PacketClient client = asked("broken")) {
            String quoted = body.equals("''") ? "" : body;
            expectRefused(client.send(Integer.parseInt(first, 16), quoted), code);
            script.expect("cancel");
        }
    }

    /** Reason string and user properties are allowed in AUTH (3.15.2.2.4, 3.15.2.2.5). */
    @Test
    void anAuthMayHoldWordsForPeople() throws Exception {
        try (PacketClient client = asked("words")) {
            auth(client, CONTINUE, method(SCRIPTED) + "160001'd' 1f0001'r' 26 0001'k' 0001'v' 26 0001'k' 0001'v'");
            script.expect("take 64");
            script.answer(new Step.Success(null));
            client.expect(connack(Bytes.hex(Bytes.of(method(SCRIPTED)))));
        }
    }

    @Test
    void anAuthThatAnswersNothingIsAProtocolError() throws Exception {
        try (PacketClient client = scripted("hasty")) {
            expectRefused(auth(client, CONTINUE, method(SCRIPTED)), "82");
            script.expect("cancel");
        }
    }

    /** Between the last answer and the CONNACK the client still has to wait. */
    @Test
    void packetsBehindTheLastAnswerAreAProtocolError() throws Exception {
        try (PacketClient client = asked("pipelined")) {
            auth(client, CONTINUE, method(SCRIPTED)).send(0xC0, "");
            script.expect("take nothing", "cancel");
            expectRefused(client, "82");
            // Nobody waits for it any more.
            script.answer(new Step.Success(null));
        }
    }

    @Test
    void connectAndMoreInOneWriteIsAProtocolError() throws Exception {
        try (PacketClient client = PacketClient.v5(broker)) {
            byte[] connect = Bytes.packet(0x10, "0004'MQTT' 05 02 003c 0b 150008'SCRIPTED' 0003'one'");
            client.send(Bytes.join(connect, Bytes.packet(0x82, "0001 00 0001'a' 00")));
            expectRefused(client, "82");
            script.expect("begin one null tcp 5", "take nothing", "cancel");
        }
    }

    /** Whoever asks at once may be answered in the same read. */
    @Test
    void anAnswerMayComeByteByByte() throws Exception {
        try (PacketClient client = connecting(broker, "slowly", CHALLENGE)) {
            for (int i = 0; i < 2; i++) {
                byte[] answer = ChallengeMechanism.reversed(challenge(client, CHALLENGE));
                String properties = method(CHALLENGE) + data(answer);
                for (byte b : Bytes.packet(0xF0, "18 17" + properties)) {
                    client.send(new byte[] {b});
                }
            }
            client.expect(connack(proven(CHALLENGE)));
        }
    }

    /** [MQTT-4.12.0-6, MQTT-4.12.0-7] */
    @Test
    void withoutMethodThereIsNoAuth() throws Exception {
        try (PacketClient client = PacketClient.clean(broker, "without")) {
            auth(client, CONTINUE, method(CHALLENGE)).expectDisconnect("82");
        }
        try (PacketClient client = PacketClient.clean(broker, "without")) {
            auth(client, AuthClients.AGAIN, method(CHALLENGE)).expectDisconnect("82");
        }
        try (PacketClient client = PacketClient.v5(broker)) {
            byte[] connect = Bytes.packet(0x10, "0004'MQTT' 05 02 003c 00 0007'without'");
            byte[] auth = Bytes.packet(0xF0, "18 0c" + method(CHALLENGE));
            client.send(Bytes.join(connect, auth)).expect("CONNACK 00" + PacketClient.ANSWER);
            client.expectDisconnect("82");
        }
    }

    /** (3.1.2.11.10) */
    @Test
    void dataWithoutMethodIsAProtocolError() throws Exception {
        try (PacketClient client = PacketClient.v5(broker).connect("data", true, "160001'd'")) {
            expectRefused(client, "82");
        }
    }

    @Test
    void mqtt3KnowsNoAuth() throws Exception {
        try (PacketClient client = PacketClient.clean3(broker, "three")) {
            auth(client, CONTINUE, method(CHALLENGE)).expectClosed();
        }
    }

    /** The client may go at any point (4.12); its will does not exist yet. */
    @Test
    void aDisconnectEndsTheExchange() throws Exception {
        try (PacketClient watcher = PacketClient.clean(broker, "watcher").subscribe("will/#", 0)) {
            for (String end : new String[] {"e0 00", "e0 01 04", "e0 02 04 00", ""}) {
                try (PacketClient client = PacketClient.v5(broker)) {
                    String will = PacketClient.will("", "will/early", "gone");
                    client.connect("leaves", 0x06, 60, method(SCRIPTED), will);
                    script.expect("begin leaves null tcp 5", "take nothing");
                    client.send(Bytes.of(end));
                    if (!end.isEmpty()) {
                        client.expectClosed();
                    }
                }
                script.expect("cancel");
                script.answer(new Step.Success(null));
            }
            // And one that fails.
            try (PacketClient client = PacketClient.v5(broker)) {
                String will = PacketClient.will("", "will/early", "gone");
                client.connect("fails", 0x06, 60, method(SCRIPTED), will);
                script.expect("begin fails null tcp 5", "take nothing");
                script.answer(new Step.Failure(Denial.NOT_AUTHORIZED, "for this test"));
                expectRefused(client, "87");
            }
            watcher.publish("will/late", "here").expect("PUBLISH will/late 'here' q0");
        }
    }

    /** A stranger who knows a client id must not end its owner's connection, nor see its session. */
    @Test
    void nothingIsTakenOverBeforeSuccess() throws Exception {
        try (PacketClient owner = PacketClient.clean(broker, "owned")) {
            PacketClient leaves = scripted("owned");
            CompletableFuture<Step> late = script.question();
            leaves.close();
            script.expect("cancel");
            late.complete(new Step.Success(null));
            owner.ping();

            PacketClient fails = scripted("owned");
            owner.ping();
            script.answer(new Step.Failure(Denial.NOT_AUTHORIZED, "for this test"));
            expectRefused(fails, "87");
            owner.ping();

            try (PacketClient succeeds = authenticated(broker, "owned")) {
                owner.expectDisconnect("8e");
                succeeds.ping();
            }
        }
    }

    @Test
    void aSessionIsResumedAfterTheExchange() throws Exception {
        for (String present : new String[] {"", "present "}) {
            try (PacketClient client =
                    PacketClient.v5(broker).connect("resumes", 0, 60, method(CHALLENGE) + PacketClient.KEPT, "")) {
                meet(client, CHALLENGE);
                meet(client, CHALLENGE);
                client.expect(connack(proven(CHALLENGE)).replace("CONNACK ", "CONNACK " + present));
                client.disconnect();
            }
        }
    }

    @Test
    void anAuthThatTheClientCannotTakeIsNotSent() throws Exception {
        try (PacketClient client = PacketClient.v5(broker)) {
            client.connect("small", true, method(SCRIPTED) + "27 00000064");
            script.expect("begin small null tcp 5", "take nothing");
            script.answer(new Step.Continue(new byte[100]));
            expectRefused(client, "95");
            script.expect("cancel");
        }
        // Nor a CONNACK, which is the same.
        try (PacketClient client = PacketClient.v5(broker)) {
            client.connect("small", true, method(SCRIPTED) + "27 00000064");
            script.expect("begin small null tcp 5", "take nothing");
            script.answer(new Step.Success(new byte[100]));
            expectRefused(client, "83");
        }
    }

    @Test
    void aStoppingNodeEndsItsExchanges() throws Exception {
        ScriptedMechanism own = new ScriptedMechanism();
        try (BrokerFixture stopping = BrokerFixture.start(Map.of(SCRIPTED, own));
                PacketClient client = connecting(stopping, "stays", SCRIPTED)) {
            own.expect("begin stays null tcp 5", "take nothing");
            stopping.stop();
            client.expectClosed();
            own.expect("cancel");
            own.answer(new Step.Success(null));
        }
    }
}
