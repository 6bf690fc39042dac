package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ongres.scram.client.ScramClient;
import io.lacewing.node.BrokerFixture;
import io.lacewing.node.Passwords;
import io.lacewing.node.mqtt.Bytes;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of real clients and orders in a file. */
class AuditLogTest {
    private static final long PATIENCE_NANOS = 20_000_000_000L;
    private static final String ALL = "audit.events=[connect, disconnect, refusal, denial, admin]";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path dir;

    @SuppressWarnings("NullAway.Init")
    private static BrokerFixture broker;

    @BeforeAll
    static void start() throws Exception {
        Path file = dir.resolve("passwords");
        Path rules = Files.writeString(dir.resolve("rules"), "rules: [{allow: all, topics: 'a/#'}]\n");
        Passwords.put(file, "ann", utf8("pa55word"), "--scram", "SHA-256");
        broker = BrokerFixture.start(
                "auth.passwordFile=" + file,
                "auth.aclFile=" + rules,
                ALL,
                "audit.file=" + dir.resolve("audit.log"),
                "audit.perSecond=1000");
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(String value) {
        return String.format("%04x", utf8(value).length) + Bytes.hex(utf8(value));
    }

    /** The first line of an event of this client, without what differs from run to run. */
    private static JsonObject told(String event, String clientId) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            for (String line : lines()) {
                JsonObject each = new JsonObject(line);
                if (event.equals(each.getString("event")) && clientId.equals(each.getString("clientId"))) {
                    each.remove("time");
                    assertTrue(String.valueOf(each.remove("address")).startsWith("127.0.0.1:"));
                    return each;
                }
            }
            assertTrue(System.nanoTime() < deadline, () -> "no " + event + " of " + clientId);
            Thread.onSpinWait();
        }
    }

    private static List<String> lines() throws IOException {
        String file = Files.readString(dir.resolve("audit.log"));
        return file.substring(0, file.lastIndexOf('\n') + 1).lines().toList();
    }

    private static JsonObject of(String event, String clientId) {
        return new JsonObject()
                .put("event", event)
                .put("clientId", clientId)
                .put("listener", "tcp")
                .put("protocol", "5");
    }

    private static PacketClient with(String id, String password) throws IOException {
        return PacketClient.v5(broker).connect(id, 0xC2, 60, "", text("ann") + text(password));
    }

    @Test
    void aClientComesDoesWhatItMayNotAndGoes() throws Exception {
        try (PacketClient client = with("one", "pa55word")) {
            client.expect("CONNACK 00" + PacketClient.ANSWER);
            client.publish(0x32, "b", 1, "", "x").expect("PUBACK #1 87");
            client.disconnect();
        }
        assertEquals(of("connect", "one").put("user", "ann").put("method", "password-file"), told("connect", "one"));
        assertEquals(
                of("denial", "one").put("user", "ann").put("action", "publish").put("topic", "b"),
                told("denial", "one"));
        assertEquals(
                of("disconnect", "one")
                        .put("user", "ann")
                        .put("reason", "SUCCESS")
                        .put("why", "the client said so"),
                told("disconnect", "one"));
    }

    @Test
    void whoIsRefusedIsToldWithoutItsPassword() throws Exception {
        try (PacketClient client = with("two", "wr0ngpassword")) {
            client.expect("CONNACK 86");
        }
        assertEquals(
                of("refusal", "two")
                        .put("user", "ann")
                        .put("reason", "BAD_USER_NAME_OR_PASSWORD")
                        .put("why", "user name or password is wrong"),
                told("refusal", "two"));
        String file = Files.readString(dir.resolve("audit.log"));
        assertFalse(file.contains("pa55word") || file.contains("wr0ngpassword"), file);
    }

    @Test
    void whoFailsByScramIsTold() throws Exception {
        ScramClient scram = ScramClient.builder()
                .advertisedMechanisms(List.of("SCRAM-SHA-256"))
                .username("ann")
                .password("wrong".toCharArray())
                .build();
        try (PacketClient client = PacketClient.v5(broker)) {
            client.connect(
                    "three", 0x02, 60, properties(scram.clientFirstMessage().toString()), "");
            String asked = new String(client.next().bytes(), StandardCharsets.ISO_8859_1);
            scram.serverFirstMessage(asked.substring(asked.indexOf("r=")));
            AuthClients.auth(
                    client,
                    AuthClients.CONTINUE,
                    properties(scram.clientFinalMessage().toString()));
            assertTrue(client.next().toString().startsWith("CONNACK 8"));
        }
        JsonObject told = told("refusal", "three");
        assertTrue(
                List.of("NOT_AUTHORIZED", "BAD_USER_NAME_OR_PASSWORD").contains(told.getString("reason")),
                told::encode);
    }

    private static String properties(String message) {
        return AuthClients.method("SCRAM-SHA-256") + AuthClients.data(utf8(message));
    }

    /** Its name would end the line and begin one that tells of an order. */
    @Test
    void aClientIdMakesNoLines() throws Exception {
        String nasty = "x\"}\n{\"event\":\"admin\",\"what\":\"forged\"}\u001b[2J";
        try (PacketClient client = PacketClient.v5(broker)) {
            client.connect(nasty, true, "").expect("CONNACK 00" + PacketClient.ANSWER);
        }
        assertEquals(of("connect", nasty).put("method", "anonymous"), told("connect", nasty));
        for (String line : lines()) {
            assertFalse(new JsonObject(line).getString("what", "").contains("forged"), line);
            assertTrue(line.chars().allMatch(letter -> letter >= ' ' && letter != 0x7F), line);
        }
    }

    @Test
    void ordersAreTold() throws Exception {
        broker.command("ban", "user", "mallory", "--reason", "a\nb");
        broker.command("unban", "user", "mallory");
        broker.command("forget-node", "n9");
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (lines().stream().filter(line -> line.contains("\"admin\"")).count() < 3) {
            assertTrue(System.nanoTime() < deadline, () -> "not told");
            Thread.onSpinWait();
        }
        String all = String.join("\n", lines());
        assertTrue(all.contains("\"what\":\"ban user 'mallory', for ever, set "), all);
        assertTrue(all.contains(": 'a?b'\""), all);
        assertTrue(all.contains("\"what\":\"unban user 'mallory', by '"), all);
        assertTrue(all.contains("\"what\":\"order forget-node 'n9' by 'a command on this machine'"), all);
    }
}
