package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.BrokerFixture;
import io.lacewing.node.Passwords;
import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.auth.Exchange;
import io.lacewing.node.auth.Step;
import io.lacewing.node.mqtt.Bytes;
import io.lacewing.node.mqtt.RawClient;
import io.lacewing.node.tls.Pki;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of two tenants, and of none, that use the same names for everything. */
class TenantTest {
    private static final String BY_USER = "tenants.from=username-prefix";

    /** A method by which everybody is who it says. */
    private static final String METHOD = "15 0003'ANY'";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path dir;

    @SuppressWarnings("NullAway.Init")
    private static BrokerFixture broker;

    @BeforeAll
    static void start() throws Exception {
        broker = start(BY_USER, "tenants.required=false");
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
    }

    private static BrokerFixture start(String... settings) throws Exception {
        return BrokerFixture.start(Map.of("ANY", TenantTest::letIn), settings);
    }

    private static Exchange letIn(ClientDetails client) {
        return new Exchange() {
            @Override
            public CompletionStage<Step> take(byte @Nullable [] data) {
                return CompletableFuture.completedFuture(new Step.Success(null));
            }

            @Override
            public void cancel() {}
        };
    }

    private static String field(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return String.format("%04x", utf8.length) + Bytes.hex(utf8);
    }

    /** A client that says it is this user; {@code flags} and {@code tail} are those of a will. */
    private static PacketClient connecting(
            BrokerFixture to, String user, String id, int flags, String properties, String tail) throws Exception {
        return PacketClient.v5(to).connect(id, 0x80 | flags, 60, METHOD + properties, tail + field(user));
    }

    private static void expectConnack(PacketClient client, String code) throws Exception {
        String answer = client.next().toString();
        assertTrue(answer.startsWith("CONNACK " + code), answer);
    }

    /** A client with a clean start that is let in. */
    private static PacketClient clean(BrokerFixture to, String user, String id) throws Exception {
        PacketClient client = connecting(to, user, id, 0x02, "", "");
        expectConnack(client, "00");
        return client;
    }

    private static PacketClient clean(String user, String id) throws Exception {
        return clean(broker, user, id);
    }

    /** A client with a session that is kept; {@code code} with {@code present} if it is there. */
    private static PacketClient kept(BrokerFixture to, String user, String id, String code) throws Exception {
        PacketClient client = connecting(to, user, id, 0, PacketClient.KEPT, "");
        expectConnack(client, code);
        return client;
    }

    /** The reason code of a CONNACK. */
    private static String code(BrokerFixture to, String user) throws Exception {
        try (PacketClient client = connecting(to, user, "c", 0x02, "", "")) {
            return client.next().toString().split(" ", 3)[1];
        }
    }

    private static void subscribed(PacketClient client, String filter, String code) throws Exception {
        int id = client.sendSubscribe(filter, 0, "");
        client.expect("SUBACK #" + id + " " + code);
    }

    private static void published(PacketClient client, String topic, String code) throws Exception {
        client.publish(0x32, topic, 7, "", "m").expect("PUBACK #7 " + code);
    }

    /** Each of these gets this, and nothing before. */
    private static void assertNext(String packet, PacketClient... clients) throws Exception {
        for (PacketClient client : clients) {
            client.expect(packet);
        }
    }

    // ---- topics ----

    @Test
    void wildcardsReachTheTopicsOfTheOwnTenantOnly() throws Exception {
        try (PacketClient a1 = clean("acme/1", "a1");
                PacketClient a2 = clean("acme/2", "a2");
                PacketClient a3 = clean("acme/3", "a3");
                PacketClient b = clean("globex/1", "b");
                PacketClient plain = clean("plain", "p")) {
            a1.subscribe("#", 0).subscribe("+/x", 0);
            a2.subscribe("+/x", 0);
            a3.subscribe("t/x", 0);
            b.subscribe("#", 0).subscribe("+/x", 0);
            plain.subscribe("#", 0).subscribe("+/+/t/x", 0).subscribe("+/x", 0);
            a1.publish("t/x", "acme");
            assertNext("PUBLISH t/x 'acme' q0", a1, a2, a3);
            b.publish("t/x", "globex");
            assertNext("PUBLISH t/x 'globex' q0", b);
            plain.publish("t/x", "plain");
            assertNext("PUBLISH t/x 'plain' q0", plain);
            a2.publish("t/x", "again");
            assertNext("PUBLISH t/x 'again' q0", a1, a2, a3);
            for (PacketClient each : List.of(a1, a2, a3, b, plain)) {
                each.ping();
            }
        }
    }

    @Test
    void theTopicIsTheOwnOneHoweverItIsSent() throws Exception {
        try (PacketClient a = connecting(broker, "acme/1", "a", 0x02, "22 0005", "");
                PacketClient sender = clean("acme/2", "sender")) {
            expectConnack(a, "00");
            a.subscribe("topic/x", 2, "0b 07");
            // An alias is set, and then stands for the topic.
            sender.publish2("topic/x", "2");
            a.take("PUBLISH topic/x '2' q2 {2300010b07}");
            sender.publish1("topic/x", "1");
            a.take("PUBLISH  '1' q1 {2300010b07}");
            // Of the client that publishes as well.
            sender.publish(0x30, "topic/x", 0, "23 0001", "0").publish(0x30, "", 0, "23 0001", "0");
            a.expect("PUBLISH  '0' q0 {2300010b07}", "PUBLISH  '0' q0 {2300010b07}");
            int id = a.sendUnsubscribe("topic/x");
            a.expect("UNSUBACK #" + id + " 00");
        }
    }

    @Test
    void noLocalIsAboutTheOwnClient() throws Exception {
        try (PacketClient a = clean("acme/1", "same");
                PacketClient b = clean("globex/1", "same");
                PacketClient other = clean("acme/2", "other")) {
            a.subscribe("t", 4).publish("t", "own");
            b.publish("t", "far");
            other.publish("t", "other");
            a.expect("PUBLISH t 'other' q0");
        }
    }

    @Test
    void aShareGroupIsOfOneTenant() throws Exception {
        try (PacketClient a = clean("acme/1", "a");
                PacketClient b = clean("globex/1", "b");
                PacketClient plain = clean("plain", "p")) {
            for (PacketClient each : List.of(a, b, plain)) {
                each.subscribe("$share/g/t/#", 0);
            }
            for (int i = 0; i < 6; i++) {
                a.publish("t/1", "acme");
                a.expect("PUBLISH t/1 'acme' q0");
            }
            b.publish("t/1", "globex").expect("PUBLISH t/1 'globex' q0");
            plain.publish("t/1", "plain").expect("PUBLISH t/1 'plain' q0");
            int id = a.sendUnsubscribe("$share/g/t/#");
            a.expect("UNSUBACK #" + id + " 00");
        }
    }

    @Test
    void retainedMessagesAreOfOneTenant() throws Exception {
        try (PacketClient a = clean("acme/1", "a");
                PacketClient b = clean("globex/1", "b");
                PacketClient plain = clean("plain", "p")) {
            a.publish(0x33, "kept/1", 1, "", "acme").next();
            b.publish(0x33, "kept/1", 1, "", "globex").next();
            b.publish(0x33, "kept/2", 2, "", "globex").next();
            a.subscribe("kept/#", 0).expect("PUBLISH kept/1 'acme' q0 retain").ping();
            plain.subscribe("#", 0).ping();
            b.publish(0x33, "kept/1", 1, "", "").next();
            b.subscribe("#", 0).expect("PUBLISH kept/2 'globex' q0 retain").ping();
        }
        try (PacketClient a = kept(broker, "acme/1", "late", "00")) {
            a.subscribe("#", 0).expect("PUBLISH kept/1 'acme' q0 retain");
        }
    }

    @Test
    void aWillIsOfItsTenant() throws Exception {
        try (PacketClient a = clean("acme/1", "a");
                PacketClient b = clean("globex/1", "b")) {
            a.subscribe("#", 0);
            b.subscribe("#", 0);
            PacketClient dying =
                    connecting(broker, "acme/2", "dying", 0x06, "", PacketClient.will("", "gone/x", "acme"));
            expectConnack(dying, "00");
            dying.close();
            a.expect("PUBLISH gone/x 'acme' q0");
            b.publish("end", "").expect("PUBLISH end '' q0");
        }
    }

    // ---- sessions ----

    @Test
    void theSameClientIdIsAnotherSessionInAnotherTenant() throws Exception {
        kept(broker, "acme/1", "c", "00").subscribe("t/+", 1).disconnect();
        kept(broker, "globex/1", "c", "00").subscribe("t/+", 1).disconnect();
        try (PacketClient sender = clean("acme/2", "sender")) {
            sender.publish1("t/1", "acme");
        }
        try (PacketClient plain = kept(broker, "plain", "c", "00");
                PacketClient b = kept(broker, "globex/1", "c", "present 00");
                PacketClient a = kept(broker, "acme/1", "c", "present 00")) {
            a.take("PUBLISH t/1 'acme' q1");
            for (PacketClient each : List.of(plain, a, b)) {
                each.ping();
            }
            try (PacketClient again = kept(broker, "acme/2", "c", "present 00")) {
                a.expectDisconnect("8e");
                b.publish("t/2", "globex").expect("PUBLISH t/2 'globex' q0").ping();
                plain.ping();
                int id = again.sendUnsubscribe("t/+");
                again.expect("UNSUBACK #" + id + " 00");
            }
        }
    }

    @Test
    void anAssignedClientIdIsToldWithoutTheTenant() throws Exception {
        try (PacketClient a = connecting(broker, "acme/1", "", 0x02, "", "")) {
            String answer = a.next().toString();
            assertTrue(answer.contains("6c772d"), answer); // lw-
            assertFalse(answer.contains(Bytes.hex("acme".getBytes(StandardCharsets.UTF_8))), answer);
        }
    }

    // ---- ways out, and in ----

    @ParameterizedTest
    @ValueSource(strings = {"acme/1", "plain"})
    void nobodyReachesATenantByItsMountPoint(String user) throws Exception {
        try (PacketClient client = clean(user, "thief");
                PacketClient b = clean("globex/1", "b")) {
            b.subscribe("#", 0);
            for (String filter : List.of("$tenant/globex/#", "$tenant/+/x", "$tenant/#", "$tenant")) {
                subscribed(client, filter, "87");
                subscribed(client, "$share/g/" + filter, "87");
            }
            for (String topic : List.of("$tenant/globex/x", "$tenant/globex", "$tenant", "$tenant/acme/x")) {
                published(client, topic, "87");
            }
            subscribed(client, "../globex/#", "00");
            subscribed(client, "+/globex/#", "00");
            b.publish("x", "secret").expect("PUBLISH x 'secret' q0");
            client.ping();
            try (PacketClient will =
                    connecting(broker, user, "will", 0x06, "", PacketClient.will("", "$tenant/globex/x", "w"))) {
                expectConnack(will, "87");
            }
            b.ping();
        }
    }

    @Test
    void theSystemsTopicsAreNoTenants() throws Exception {
        try (PacketClient a = clean("acme/1", "a")) {
            a.subscribe("#", 0);
            for (String filter : List.of("$SYS/#", "$share/g/$SYS/#", "$x", "$share/g/$x", "$share")) {
                subscribed(a, filter, "87");
            }
            published(a, "$SYS/x", "87");
            published(a, "$x", "87");
            a.ping();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ac+me/1", "ac#/1", "/1", "ac me/1", "$acme/1", "\u00e4/1"})
    void namesOfTenantsAreCheckedAndNotPutRight(String user) throws Exception {
        assertEquals("87", code(broker, user));
        assertEquals("87", code(broker, "x".repeat(65) + "/1"));
        assertEquals("00", code(broker, "x".repeat(64) + "/1"));
        assertEquals("00", code(broker, "acme/1/2"));
    }

    @Test
    void whoIsOfNoTenantIsRefusedByDefault() throws Exception {
        try (BrokerFixture strict = start(BY_USER, "tenants.separator=:")) {
            assertEquals("87", code(strict, "plain"));
            assertEquals("87", code(strict, "acme/1"));
            assertEquals("00", code(strict, "acme:1"));
        }
    }

    @Test
    void topicsThatTheMountPointMakesTooLongAreRefused() throws Exception {
        try (PacketClient a = clean("acme/1", "a")) {
            subscribed(a, "x".repeat(65_535), "8f");
            a.publish("y".repeat(65_535 - "$tenant/acme/".length()), "fits").ping();
            a.publish("y".repeat(65_536 - "$tenant/acme/".length()), "").expectDisconnect("90");
        }
    }

    // ---- rules ----

    @Test
    void rulesAreForTheNamesThatClientsUse() throws Exception {
        Path rules = Files.writeString(dir.resolve("rules.yaml"), """
                rules:
                  - {allow: publish, topics: 'tele/${clientid}/#'}
                  - {allow: subscribe, topics: ['cmd/#', 'tele/#']}
                  - {allow: all, topics: ['#', '$tenant/#'], clientIds: operator}
                """);
        try (BrokerFixture ruled = start(BY_USER, "tenants.required=false", "auth.aclFile=" + rules)) {
            PacketClient a = kept(ruled, "acme/1", "dev", "00");
            subscribed(a, "cmd/#", "00");
            subscribed(a, "other/#", "87");
            published(a, "tele/other", "87");
            a.disconnect();
            try (PacketClient again = kept(ruled, "acme/1", "dev", "present 00");
                    PacketClient operator = clean(ruled, "plain", "operator");
                    PacketClient same = clean(ruled, "globex/1", "operator");
                    PacketClient plain = clean(ruled, "plain", "p")) {
                operator.subscribe("$tenant/+/tele/#", 0).subscribe("#", 0);
                subscribed(plain, "$tenant/acme/tele/#", "87");
                // What the rules name for an operator is not a tenant's, whatever its client id.
                subscribed(same, "$tenant/acme/tele/#", "87");
                subscribed(same, "#", "00");
                again.publish("tele/dev/1", "up");
                operator.expect("PUBLISH $tenant/acme/tele/dev/1 'up' q0");
                operator.publish("$tenant/acme/cmd/1", "down");
                again.take("PUBLISH cmd/1 'down' q0");
                for (String topic : List.of("$tenant", "$tenant/acme", "$tenant/acme/", "$tenant/acme/$SYS")) {
                    published(operator, topic, "87");
                }
                same.ping();
            }
        }
    }

    // ---- sums ----

    @Test
    void aTenantHasSoManyClientsAtANode() throws Exception {
        try (BrokerFixture bounded = start(BY_USER, "tenants.maxConnections=2")) {
            try (PacketClient one = clean(bounded, "acme/1", "1");
                    PacketClient two = clean(bounded, "acme/2", "2")) {
                assertEquals("97", code(bounded, "acme/3"));
                assertEquals("00", code(bounded, "globex/3"));
                // A client that comes again is no further one.
                clean(bounded, "acme/1", "1").close();
                two.ping();
                one.expectDisconnect("8e");
            }
        }
    }

    @Test
    void aTenantsClientsShareARate() throws Exception {
        try (BrokerFixture bounded = start(BY_USER, "tenants.rates.messagesIn=100");
                PacketClient one = clean(bounded, "acme/1", "1").subscribe("end/#", 0);
                PacketClient two = clean(bounded, "acme/2", "2");
                PacketClient b = clean(bounded, "globex/1", "1").subscribe("t", 0)) {
            long start = System.nanoTime();
            for (int i = 0; i < 100; i++) {
                one.publish("t", "");
                two.publish("t", "");
            }
            one.publish("end/1", "");
            two.publish("end/2", "");
            one.takeAll("PUBLISH end/1 '' q0", "PUBLISH end/2 '' q0");
            long took = (System.nanoTime() - start) / 1_000_000;
            assertTrue(took >= 900, "202 messages, of which 100 at once, took " + took + " ms");
            assertTrue(Login.metric(bounded, "lacewing_reading_held_total{cause=\"tenant_messages\"}") > 0);
            b.ping();
        }
    }

    // ---- other ways to prove it ----

    @Test
    void aPasswordProvesTheTenant() throws Exception {
        Path users = dir.resolve("users");
        byte[] secret = "secret".getBytes(StandardCharsets.UTF_8);
        Passwords.put(users, "acme/ann", secret);
        Passwords.put(users, "globex/ann", secret);
        try (BrokerFixture checked = start(BY_USER, "auth.passwordFile=" + users)) {
            assertEquals("86", Login.code(checked, "globex/ann", "wrong"));
            assertEquals("87", Login.code(checked, null, null));
            try (PacketClient a = Login.connecting(checked, false, "c", "acme/ann", secret);
                    PacketClient b = Login.connecting(checked, false, "c", "globex/ann", secret)) {
                a.expect("CONNACK 00").subscribe("#", 1);
                b.expect("CONNACK 00").subscribe("#", 1);
                a.publish("t", "acme").expect("PUBLISH t 'acme' q0");
                b.publish("t", "globex").expect("PUBLISH t 'globex' q0");
                a.ping();
            }
        }
    }

    @Test
    void aCertificateNamesTheTenant() throws Exception {
        Pki pki = new Pki("Test CA");
        Pki.write(pki.sign(pki.host("localhost")), dir, "server");
        Files.writeString(dir.resolve("ca.pem"), pki.pem());
        List<String> settings = new ArrayList<>(List.of(
                "listeners.2.type=tls",
                "listeners.2.host=127.0.0.1",
                "listeners.2.port=0",
                "listeners.2.tls.certificates.0.cert=" + dir.resolve("server.pem"),
                "listeners.2.tls.certificates.0.key=" + dir.resolve("server.key"),
                "listeners.2.tls.clientCa=" + dir.resolve("ca.pem"),
                "listeners.2.tls.clientAuth=optional",
                "auth.certificate.identity=cn",
                "tenants.from=certificate-o"));
        try (BrokerFixture named = start(settings.toArray(new String[0]))) {
            try (PacketClient a = tls(named, pki, "dev,O=acme", "00");
                    PacketClient b = tls(named, pki, "dev,O=globex", "00")) {
                a.subscribe("#", 0).publish("t", "acme").expect("PUBLISH t 'acme' q0");
                b.subscribe("#", 0).publish("t", "globex").expect("PUBLISH t 'globex' q0");
                a.ping();
            }
            for (String subject : List.of("dev", "dev,O=acme,O=globex", "dev+O=acme,O=globex", "dev,O=ac me")) {
                tls(named, pki, subject, "87").expectClosed();
            }
            assertEquals("87", code(named, "acme/1"));
        }
    }

    private static PacketClient tls(BrokerFixture to, Pki pki, String subject, String code) throws Exception {
        PacketClient client = PacketClient.over(new RawClient(pki.client(pki.sign(pki.subject(subject)))
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), to.port("tls"))));
        expectConnack(client.connect("c", true, ""), code);
        return client;
    }
}
