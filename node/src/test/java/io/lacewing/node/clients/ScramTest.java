package io.lacewing.node.clients;

import static io.lacewing.node.clients.AuthClients.AGAIN;
import static io.lacewing.node.clients.AuthClients.CONTINUE;
import static io.lacewing.node.clients.AuthClients.auth;
import static io.lacewing.node.clients.AuthClients.data;
import static io.lacewing.node.clients.AuthClients.method;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ongres.scram.client.ScramClient;
import io.lacewing.node.BrokerFixture;
import io.lacewing.node.Passwords;
import io.lacewing.node.mqtt.Bytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that log in by SCRAM, spoken by a library that others have written. */
class ScramTest {
    private static final String SHA_256 = "SCRAM-SHA-256";
    private static final String SHA_512 = "SCRAM-SHA-512";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path dir;

    @SuppressWarnings("NullAway.Init")
    private static Path users;

    @SuppressWarnings("NullAway.Init")
    private static BrokerFixture broker;

    @BeforeAll
    static void start() throws Exception {
        users = dir.resolve("users");
        Passwords.put(users, "ann", utf8("secret"), "--scram", "SHA-256");
        Passwords.put(users, "bob", utf8("p\u00E4ss, w\u00F6rd"), "--scram", "SHA-512", "--iterations", "4096");
        Passwords.put(users, "eve", utf8("secret"), "--scram", "SHA-256");
        Passwords.put(users, "old", utf8("secret"));
        broker = BrokerFixture.start("auth.passwordFile=" + users, "auth.anonymous=deny");
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ScramClient scram(String method, String user, String password) {
        return ScramClient.builder()
                .advertisedMechanisms(List.of(method))
                .username(user)
                .password(password.toCharArray())
                .build();
    }

    private static String properties(String method, String message) {
        return method(method) + data(utf8(message));
    }

    /** The authentication data of a packet, which is its last property. */
    private static String said(Received packet, String start) {
        String text = new String(packet.bytes(), StandardCharsets.ISO_8859_1);
        int at = text.indexOf(start);
        assertTrue(at > 0, packet::toString);
        return text.substring(at);
    }

    /** Says both messages; the next packet is the server's last word. */
    private static Received speak(PacketClient client, String method, ScramClient scram) throws Exception {
        Received asked = client.next();
        assertTrue(asked.toString().startsWith("AUTH 18"), asked::toString);
        scram.serverFirstMessage(said(asked, "r="));
        auth(client, CONTINUE, properties(method, scram.clientFinalMessage().toString()));
        return client.next();
    }

    private static PacketClient connecting(String method, ScramClient scram) throws Exception {
        return PacketClient.v5(broker)
                .connect(
                        "c",
                        0x02,
                        60,
                        properties(method, scram.clientFirstMessage().toString()),
                        "");
    }

    private static PacketClient open(String user, String password) throws Exception {
        ScramClient scram = scram(SHA_256, user, password);
        PacketClient client = connecting(SHA_256, scram);
        Received connack = speak(client, SHA_256, scram);
        assertTrue(connack.toString().startsWith("CONNACK 00"), connack::toString);
        scram.serverFinalMessage(said(connack, "v="));
        return client;
    }

    @ParameterizedTest
    @CsvSource({SHA_256 + ", ann, secret", SHA_512 + ", bob, 'p\u00E4ss, w\u00F6rd'"})
    void clientAndServerProveThemselves(String method, String user, String password) throws Exception {
        ScramClient scram = scram(method, user, password);
        try (PacketClient client = connecting(method, scram)) {
            Received connack = speak(client, method, scram);
            assertTrue(connack.toString().startsWith("CONNACK 00"), connack::toString);
            // Throws if the server has not proven that it knows the user.
            scram.serverFinalMessage(said(connack, "v="));
            client.ping();
        }
    }

    @ParameterizedTest
    @CsvSource({
        SHA_256 + ", ann, wrong",
        SHA_256 + ", nobody, secret",
        // Of another kind of hash.
        SHA_256 + ", bob, 'p\u00E4ss, w\u00F6rd'",
        SHA_512 + ", ann, secret",
        SHA_256 + ", old, secret"
    })
    void allOthersAreRefusedAtTheEnd(String method, String user, String password) throws Exception {
        ScramClient scram = scram(method, user, password);
        try (PacketClient client = connecting(method, scram)) {
            assertTrue(speak(client, method, scram).toString().startsWith("CONNACK 86"));
            client.expectClosed();
        }
    }

    @Test
    void theUserNameOfTheConnectMustBeTheSame() throws Exception {
        for (String[] trial : new String[][] {{"ann", "00"}, {"eve", "86"}}) {
            ScramClient scram = scram(SHA_256, "ann", "secret");
            String first = properties(SHA_256, scram.clientFirstMessage().toString());
            try (PacketClient client =
                    PacketClient.v5(broker).connect("c", 0x82, 60, first, "0003" + Bytes.hex(utf8(trial[0])))) {
                assertTrue(speak(client, SHA_256, scram).toString().startsWith("CONNACK " + trial[1]));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"n=ann,r=abc", "p=tls-unique,,n=ann,r=abc", "hello"})
    void whatIsNotScramIsRefused(String message) throws Exception {
        try (PacketClient client = PacketClient.v5(broker).connect("c", 0x02, 60, properties(SHA_256, message), "")) {
            assertTrue(client.next().toString().startsWith("CONNACK 87"));
            client.expectClosed();
        }
    }

    @Test
    void theSameUserMayAuthenticateAgain() throws Exception {
        try (PacketClient client = open("ann", "secret")) {
            ScramClient scram = scram(SHA_256, "ann", "secret");
            auth(client, AGAIN, properties(SHA_256, scram.clientFirstMessage().toString()));
            Received done = speak(client, SHA_256, scram);
            assertTrue(done.toString().startsWith("AUTH 00"), done::toString);
            scram.serverFinalMessage(said(done, "v="));
            client.ping();
        }
    }

    @ParameterizedTest
    @CsvSource({"ann, wrong", "eve, secret"})
    void whoFailsOrIsAnotherDoesNotStay(String user, String password) throws Exception {
        try (PacketClient client = open("ann", "secret")) {
            ScramClient scram = scram(SHA_256, user, password);
            auth(client, AGAIN, properties(SHA_256, scram.clientFirstMessage().toString()));
            assertEquals("DISCONNECT 87", speak(client, SHA_256, scram).toString());
            client.expectClosed();
        }
    }

    /** The same users may give their password, as clients without enhanced authentication do. */
    @Test
    void aPasswordDoesToo() throws Exception {
        for (String[] trial :
                new String[][] {{"ann", "secret", "00"}, {"ann", "Secret", "04"}, {"old", "secret", "00"}}) {
            String tail = "0003" + Bytes.hex(utf8(trial[0])) + "0006" + Bytes.hex(utf8(trial[1]));
            try (PacketClient client = PacketClient.v3(broker).connect("c", 0xC2, 60, "", tail)) {
                client.expect("CONNACK " + trial[2]);
            }
        }
    }

    @Test
    void itCanBeSwitchedOff() throws Exception {
        try (BrokerFixture off = BrokerFixture.start("auth.passwordFile=" + users, "auth.scram=false");
                PacketClient client =
                        PacketClient.v5(off).connect("c", 0x02, 60, properties(SHA_256, "n,,n=ann,r=abc"), "")) {
            assertTrue(client.next().toString().startsWith("CONNACK 8c"));
        }
    }
}
