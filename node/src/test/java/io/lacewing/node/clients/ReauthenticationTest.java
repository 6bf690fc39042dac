package io.lacewing.node.clients;

import static io.lacewing.node.clients.AuthClients.AGAIN;
import static io.lacewing.node.clients.AuthClients.CONTINUE;
import static io.lacewing.node.clients.AuthClients.auth;
import static io.lacewing.node.clients.AuthClients.authenticated;
import static io.lacewing.node.clients.AuthClients.challenge;
import static io.lacewing.node.clients.AuthClients.connack;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Re-authentication of a connected client (4.12.1). */
class ReauthenticationTest {
    private static final String CHALLENGE = ChallengeMechanism.NAME;
    private static final String SCRIPTED = ScriptedMechanism.NAME;
    private static final String OF_SCRIPT = Bytes.hex(Bytes.of(method(SCRIPTED)));

    private static volatile ScriptedMechanism script = new ScriptedMechanism();

    @SuppressWarnings("NullAway.Init")
    private static BrokerFixture broker;

    @BeforeAll
    static void start() throws Exception {
        broker = BrokerFixture.start(
                Map.of(CHALLENGE, new ChallengeMechanism(), SCRIPTED, client -> script.begin(client)));
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
    }

    @BeforeEach
    void newScript() {
        script = new ScriptedMechanism();
    }

    @AfterEach
    void theScriptHasSeenAll() {
        script.expectNothing();
    }

    private static PacketClient open(String id, int flags, int keepAlive, String tail) throws Exception {
        PacketClient client = PacketClient.v5(broker).connect(id, flags, keepAlive, method(SCRIPTED), tail);
        script.expect("begin " + id + " null tcp 5", "take nothing");
        script.answer(new Step.Success(null));
        return client.expect(connack(OF_SCRIPT));
    }

    /** A client that the script has let in. */
    private static PacketClient open(String id) throws Exception {
        return open(id, 0x02, 60, "");
    }

    /** A client in a re-authentication, of which the script has the first question. */
    private static PacketClient again(String id) throws Exception {
        return again(open(id), id);
    }

    private static PacketClient again(PacketClient client, String id) throws Exception {
        auth(client, AGAIN, method(SCRIPTED));
        script.expect("begin " + id + " null tcp 5", "take nothing");
        return client;
    }

    /** [MQTT-4.12.1-1], and as often as the client likes. */
    @Test
    void theRightAnswersEndInSuccess() throws Exception {
        try (PacketClient client = authenticated(broker, "again")) {
            for (int i = 0; i < 3; i++) {
                auth(client, AGAIN, method(CHALLENGE) + "160001'd'");
                meet(client, CHALLENGE);
                meet(client, CHALLENGE);
                client.expect("AUTH 00 {" + proven(CHALLENGE) + "}").ping();
            }
        }
    }

    @Test
    void theMechanismGetsTheFirstDataAndMaySucceedAtOnce() throws Exception {
        try (PacketClient client = open("at-once")) {
            auth(client, AGAIN, method(SCRIPTED) + "160001'd'");
            script.expect("begin at-once null tcp 5", "take 64");
            script.answer(new Step.Success(null));
            client.expect("AUTH 00 {" + OF_SCRIPT + "}").ping();
        }
    }

    /** "During this re-authentication sequence, the flow of other packets ... can continue" (4.12.1). */
    @Test
    void otherPacketsFlowMeanwhile() throws Exception {
        try (PacketClient client = again("flow")) {
            client.subscribe("flow", 0).publish("flow", "while the mechanism thinks");
            client.expect("PUBLISH flow 'while the mechanism thinks' q0");
            script.answer(new Step.Continue(null));
            client.expect("AUTH 18 {" + OF_SCRIPT + "}").ping();
            client.publish("flow", "while the client is asked");
            client.expect("PUBLISH flow 'while the client is asked' q0");
            auth(client, CONTINUE, method(SCRIPTED));
            script.expect("take nothing");
            script.answer(new Step.Success(null));
            client.expect("AUTH 00 {" + OF_SCRIPT + "}").ping();
        }
    }

    /** [MQTT-4.12.1-2]: with the will, as it is no end that the client wanted. */
    @Test
    void aWrongAnswerEndsTheConnection() throws Exception {
        try (PacketClient client = authenticated(broker, "wrong")) {
            auth(client, AGAIN, method(CHALLENGE));
            byte[] challenge = challenge(client, CHALLENGE);
            auth(client, CONTINUE, method(CHALLENGE) + data(challenge)).expectDisconnect("87");
        }
        try (PacketClient watcher = PacketClient.clean(broker, "watcher").subscribe("will/wrong", 0)) {
            PacketClient client = open("willing", 0x06, 60, PacketClient.will("", "will/wrong", "gone"));
            again(client, "willing");
            script.answer(new Step.Failure(Denial.NOT_AUTHORIZED, "for this test"));
            client.expectDisconnect("87");
            watcher.expect("PUBLISH will/wrong 'gone' q0");
        }
    }

    /** The codes of a DISCONNECT (3.14.2.1), which are fewer than those of a CONNACK. */
    @ParameterizedTest
    @CsvSource({
        "NOT_AUTHORIZED, 87",
        "BAD_USER_NAME_OR_PASSWORD, 87",
        "BANNED, 87",
        "SERVER_UNAVAILABLE, 89",
        "SERVER_BUSY, 89",
        "UNSPECIFIED_ERROR, 80"
    })
    void everyDenialHasItsCode(Denial denial, String code) throws Exception {
        try (PacketClient client = again("denied")) {
            script.answer(new Step.Failure(denial, "for this test"));
            client.expectDisconnect(code);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "another method [MQTT-4.12.1-1]  | 19 07 150004'ELSE'      | 82",
                "a method that is known [MQTT-4.12.1-1] | 19 0c 150009'CHALLENGE' | 82",
                "no method (3.15.2.2.2)          | 19 00                   | 82",
                "no re-authentication runs       | 18 0b 150008'SCRIPTED'  | 82",
                "success [MQTT-3.15.2-1]         | 00 0b 150008'SCRIPTED'  | 82",
                "no such reason [MQTT-3.15.2-1]  | 1a 0b 150008'SCRIPTED'  | 82"
            })
    void itBeginsByTheRules(String rule, String body, String code) throws Exception {
        try (PacketClient client = open("begins")) {
            client.send(0xF0, body).expectDisconnect(code);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "another method [MQTT-4.12.0-5]  | f0 | 18 07 150004'ELSE'      | 82",
                "one runs already                | f0 | 19 0b 150008'SCRIPTED'  | 82",
                "reserved bits [MQTT-3.15.1-1]   | f4 | 18 0b 150008'SCRIPTED'  | 81"
            })
    void itGoesOnByTheRules(String rule, String first, String body, String code) throws Exception {
        try (PacketClient client = again("goes-on")) {
            script.answer(new Step.Continue(null));
            client.expect("AUTH 18 {" + OF_SCRIPT + "}");
            client.send(Integer.parseInt(first, 16), body).expectDisconnect(code);
            script.expect("cancel");
        }
    }

    @Test
    void nothingMayBeSaidWhileTheMechanismThinks() throws Exception {
        for (int reason : new int[] {CONTINUE, AGAIN}) {
            try (PacketClient client = again("thinks")) {
                auth(client, reason, method(SCRIPTED)).expectDisconnect("82");
                script.expect("cancel");
                // Too late: nothing comes of it.
                script.answer(new Step.Failure(Denial.NOT_AUTHORIZED, "for this test"));
            }
        }
    }

    @Test
    void theEndOfTheConnectionIsTheEndOfTheExchange() throws Exception {
        again("closed").close();
        script.expect("cancel").answer(new Step.Success(null));
        again("disconnected").disconnect();
        script.expect("cancel").answer(new Step.Success(null));
        try (PacketClient old = again("taken");
                PacketClient owner = PacketClient.clean(broker, "taken")) {
            old.expectDisconnect("8e");
            script.expect("cancel");
            owner.ping();
        }
    }

    /** [MQTT-3.1.2-22]: a mechanism that thinks is no excuse for silence. */
    @Test
    void theKeepAliveHolds() throws Exception {
        try (PacketClient client = again(open("alive", 0x02, 1, ""), "alive")) {
            client.expectDisconnect("8d");
            script.expect("cancel");
        }
    }

    @Test
    void anAuthThatTheClientCannotTakeIsNotSent() throws Exception {
        try (PacketClient client = PacketClient.v5(broker)) {
            client.connect("small", true, method(SCRIPTED) + "27 00000064");
            script.expect("begin small null tcp 5", "take nothing");
            script.answer(new Step.Success(null));
            client.expect(connack(OF_SCRIPT));
            again(client, "small");
            script.answer(new Step.Success(new byte[100]));
            client.expectDisconnect("95");
        }
    }
}
