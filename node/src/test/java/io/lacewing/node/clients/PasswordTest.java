package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import io.lacewing.node.BrokerFixture;
import io.lacewing.node.Passwords;
import io.lacewing.node.mqtt.Bytes;
import io.lacewing.node.mqtt.RawClient;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that give user names and passwords, at a broker with a password file and at those without one. */
class PasswordTest {
    /** Has a zero byte and is no UTF-8. */
    private static final byte[] BINARY = Bytes.of("ff0041c328");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path dir;

    @SuppressWarnings("NullAway.Init")
    private static BrokerFixture broker;

    @BeforeAll
    static void start() throws Exception {
        Path file = dir.resolve("passwords");
        Passwords.put(file, "ann", "secret".getBytes(StandardCharsets.UTF_8));
        Passwords.put(file, "bin", BINARY);
        broker = BrokerFixture.start("auth.passwordFile=" + file);
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
    }

    /** Connects; what the CONNACK says, as MQTT 5 says it. */
    private static String connect(BrokerFixture to, boolean v5, @Nullable String user, byte @Nullable [] password)
            throws Exception {
        int flags = 0x02 | (user == null ? 0 : 0x80) | (password == null ? 0 : 0x40);
        String tail = (user == null ? "" : binary(user.getBytes(StandardCharsets.UTF_8)))
                + (password == null ? "" : binary(password));
        try (PacketClient client = PacketClient.at(to.tcp(), v5).connect("c", flags, 60, "", tail)) {
            String answer = client.next().toString().split(" ", 3)[1];
            if (answer.equals("00")) {
                client.ping();
            } else {
                client.expectClosed();
            }
            return answer;
        }
    }

    private static String binary(byte[] bytes) {
        return String.format("%04x", bytes.length) + Bytes.hex(bytes);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void onlyTheRightPasswordLetsIn(boolean v5) throws Exception {
        String wrong = v5 ? "86" : "04";
        assertEquals("00", connect(broker, v5, "ann", utf8("secret")));
        assertEquals(wrong, connect(broker, v5, "ann", utf8("Secret")));
        assertEquals(wrong, connect(broker, v5, "ann", utf8("secret\0")));
        assertEquals(wrong, connect(broker, v5, "ann", new byte[0]));
        assertEquals(wrong, connect(broker, v5, "ann", null));
        assertEquals(wrong, connect(broker, v5, "nobody", utf8("secret")));
        assertEquals(wrong, connect(broker, v5, "nobody", null));
        assertEquals(wrong, connect(broker, v5, "", utf8("secret")));
        assertEquals("00", connect(broker, v5, "bin", BINARY));
        assertEquals(wrong, connect(broker, v5, "bin", Bytes.of("ff")));
        assertEquals(wrong, connect(broker, v5, "bin", Bytes.of("ff0041efbfbd28")));
        // No user name: anonymous, and from this machine.
        assertEquals("00", connect(broker, v5, null, null));
    }

    /** MQTT 5 lets a password stand alone; nobody looks at it here. */
    @Test
    void aPasswordAloneIsAnonymous() throws Exception {
        assertEquals("00", connect(broker, true, null, utf8("token")));
    }

    @Test
    void theReasonDoesNotTellWhetherTheNameIsKnown() throws Exception {
        assertEquals(reason("ann", "wrong"), reason("nobody", "wrong"));
    }

    private static String reason(String user, String password) throws Exception {
        String tail = binary(utf8(user)) + binary(utf8(password));
        try (PacketClient client = PacketClient.v5(broker).connect("c", 0xC2, 60, "", tail)) {
            return Bytes.hex(client.next().bytes());
        }
    }

    @Test
    void librariesLogIn() {
        Mqtt5BlockingClient five = MqttClient.builder()
                .serverHost("127.0.0.1")
                .serverPort(broker.tcp())
                .useMqttVersion5()
                .buildBlocking();
        five.connectWith()
                .simpleAuth()
                .username("ann")
                .password(utf8("secret"))
                .applySimpleAuth()
                .send();
        five.disconnect();
        var wrong = five.toBlocking()
                .connectWith()
                .simpleAuth()
                .username("ann")
                .password(utf8("wrong"))
                .applySimpleAuth();
        Mqtt5ConnAckException five86 = assertThrows(Mqtt5ConnAckException.class, wrong::send);
        assertEquals(0x86, five86.getMqttMessage().getReasonCode().getCode());

        Mqtt3BlockingClient three = MqttClient.builder()
                .serverHost("127.0.0.1")
                .serverPort(broker.tcp())
                .useMqttVersion3()
                .buildBlocking();
        three.connectWith()
                .simpleAuth()
                .username("bin")
                .password(BINARY)
                .applySimpleAuth()
                .send();
        three.disconnect();
        var wrong3 = three.connectWith()
                .simpleAuth()
                .username("bin")
                .password(utf8("x"))
                .applySimpleAuth();
        Mqtt3ConnAckException three4 = assertThrows(Mqtt3ConnAckException.class, wrong3::send);
        assertEquals(4, three4.getMqttMessage().getReturnCode().getCode());
    }

    @ParameterizedTest
    @CsvSource({"loopback, 00, 00", "allow, 00, 00", "deny, 87, 05"})
    void withoutAFileNobodyChecksNames(String anonymous, String v5, String v3) throws Exception {
        try (BrokerFixture without = BrokerFixture.start("auth.anonymous=" + anonymous)) {
            assertEquals(v5, connect(without, true, null, null));
            assertEquals(v3, connect(without, false, null, null));
            assertEquals(v5, connect(without, true, "ann", utf8("secret")));
            assertEquals(v3, connect(without, false, "ann", utf8("secret")));
        }
    }

    /** To an address of this machine that is not loopback a client comes from that address. */
    @Test
    void fromElsewhereOnlyWhoIsKnown() throws Exception {
        InetAddress here = ownAddress();
        assumeTrue(here != null, "this machine has no address but loopback");
        String file = "auth.passwordFile=" + dir.resolve("passwords");
        try (BrokerFixture open = BrokerFixture.start("listeners.0.host=0.0.0.0");
                BrokerFixture checked = BrokerFixture.start("listeners.0.host=0.0.0.0", file);
                BrokerFixture all = BrokerFixture.start("listeners.0.host=0.0.0.0", file, "auth.anonymous=allow")) {
            String named = "10 1a 0004'MQTT' 04 c2 003c 0001'c' 0003'ann' 0006'secret'";
            assertEquals("20020005", answer(here, open, RawClient.CONNECT_V311));
            assertEquals("20020005", answer(here, open, named));
            assertEquals("20020005", answer(here, checked, RawClient.CONNECT_V311));
            assertEquals("20020000", answer(here, checked, named));
            assertEquals("20020000", answer(here, all, RawClient.CONNECT_V311));
        }
    }

    private static @Nullable InetAddress ownAddress() throws Exception {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .findFirst()
                .orElse(null);
    }

    private static String answer(@Nullable InetAddress at, BrokerFixture of, String connect) throws Exception {
        try (Socket socket = new Socket(at, of.tcp())) {
            socket.setSoTimeout(RawClient.TIMEOUT_MILLIS);
            socket.getOutputStream().write(Bytes.of(connect));
            return Bytes.hex(socket.getInputStream().readNBytes(4));
        }
    }

    @Test
    void denyLetsInWhoIsKnown() throws Exception {
        try (BrokerFixture strict =
                BrokerFixture.start("auth.anonymous=deny", "auth.passwordFile=" + dir.resolve("passwords"))) {
            assertEquals("87", connect(strict, true, null, null));
            assertEquals("87", connect(strict, true, null, utf8("token")));
            assertEquals("05", connect(strict, false, null, null));
            assertEquals("00", connect(strict, true, "ann", utf8("secret")));
            assertEquals("86", connect(strict, true, "nobody", utf8("secret")));
        }
    }

    /** The broker goes on while the file changes; looks are a second apart, and two must agree. */
    @Test
    void theFileIsReadAgainWhenItChanges() throws Exception {
        Path file = dir.resolve("changing");
        Passwords.put(file, "ann", utf8("old"));
        try (BrokerFixture changing = BrokerFixture.start("auth.passwordFile=" + file)) {
            assertEquals("00", connect(changing, true, "ann", utf8("old")));
            Passwords.put(file, "ann", utf8("new"));
            long deadline = System.nanoTime() + 20_000_000_000L;
            while (connect(changing, true, "ann", utf8("new")).equals("86") && System.nanoTime() < deadline) {
                assertFalse(metrics(changing).contains("lacewing_passwords_rejected_total 1"));
            }
            assertEquals("00", connect(changing, true, "ann", utf8("new")));
            assertEquals("86", connect(changing, true, "ann", utf8("old")));
            Passwords.spoil(file);
            while (!metrics(changing).contains("lacewing_passwords_rejected_total 1") && System.nanoTime() < deadline) {
                assertEquals("00", connect(changing, true, "ann", utf8("new")));
            }
            assertTrue(metrics(changing).contains("lacewing_passwords_rejected_total 1"));
            assertEquals("00", connect(changing, true, "ann", utf8("new")));
        }
    }

    /** What the metrics show; asked again and again, as Prometheus does it, and not by an upgrade to HTTP/2 each time. */
    static String metrics(BrokerFixture of) throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            URI uri = URI.create("http://127.0.0.1:" + of.http() + "/metrics");
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    /** The checks are not done on event loops: a client is answered many times before the last of them is. */
    @Test
    void eventLoopsGoOnWhileManyPasswordsAreChecked() throws Exception {
        List<PacketClient> pinging = new ArrayList<>();
        List<PacketClient> connecting = new ArrayList<>();
        try {
            // On both event loops.
            for (int i = 0; i < 4; i++) {
                pinging.add(PacketClient.v5(broker).connect("ping" + i, 0x02, 60, "", ""));
                assertTrue(pinging.get(i).next().toString().startsWith("CONNACK 00"));
            }
            String tail = binary(utf8("ann")) + binary(utf8("secret"));
            for (int i = 0; i < 50; i++) {
                connecting.add(PacketClient.v5(broker).connect("burst" + i, 0xC2, 60, "", tail));
            }
            PacketClient last = connecting.getLast();
            int rounds = 0;
            while (!last.hasMore() && rounds < 1_000_000) {
                for (PacketClient client : pinging) {
                    client.ping();
                }
                rounds++;
            }
            assertTrue(rounds > 50, "only " + rounds + " rounds of pings while 50 passwords were checked");
            for (PacketClient client : connecting) {
                assertTrue(client.next().toString().startsWith("CONNACK 00"));
            }
        } finally {
            pinging.forEach(PacketClient::close);
            connecting.forEach(PacketClient::close);
        }
    }
}
