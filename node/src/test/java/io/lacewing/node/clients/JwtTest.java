package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.BrokerFixture;
import io.lacewing.node.Passwords;
import io.lacewing.node.auth.jwt.Tokens;
import io.lacewing.node.mqtt.Bytes;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients with tokens, at brokers that know their keys by files or fetch them. */
class JwtTest {
    private static final byte[] SECRET = "0123456789abcdef".repeat(2).getBytes(StandardCharsets.US_ASCII);
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path dir;

    @SuppressWarnings("NullAway.Init")
    private static KeyPair pair;

    @SuppressWarnings("NullAway.Init")
    private static BrokerFixture broker;

    @BeforeAll
    static void start() throws Exception {
        pair = Tokens.pair("EdDSA");
        Path users = dir.resolve("users");
        Passwords.put(users, "ann", "secret".getBytes(StandardCharsets.UTF_8));
        broker = BrokerFixture.start(
                "auth.passwordFile=" + users,
                "auth.jwt.keys.0.algorithm=HS256",
                "auth.jwt.keys.0.file=" + Files.write(dir.resolve("secret"), SECRET),
                "auth.jwt.keys.1.algorithm=EdDSA",
                "auth.jwt.keys.1.file=" + Tokens.write(dir.resolve("public"), pair.getPublic()),
                "auth.jwt.keys.1.id=main",
                "auth.jwt.leeway=0s",
                "auth.jwt.clientIdClaim=client",
                "auth.jwt.audience=mqtt");
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
    }

    private static String text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return String.format("%04x", utf8.length) + Bytes.hex(utf8);
    }

    private static PacketClient connecting(
            BrokerFixture to, boolean v5, String id, @Nullable String user, @Nullable String password)
            throws Exception {
        int flags = 0x02 | (user == null ? 0 : 0x80) | (password == null ? 0 : 0x40);
        String tail = (user == null ? "" : text(user)) + (password == null ? "" : text(password));
        return PacketClient.at(to.tcp(), v5).connect(id, flags, 60, "", tail);
    }

    /** Connects as {@code c}; the reason code of the CONNACK. */
    private static String connect(BrokerFixture to, boolean v5, @Nullable String user, @Nullable String password)
            throws Exception {
        try (PacketClient client = connecting(to, v5, "c", user, password)) {
            String code = client.next().toString().split(" ", 3)[1];
            if (code.equals("00")) {
                client.ping();
            } else {
                client.expectClosed();
            }
            return code;
        }
    }

    private static String claims(String user, long seconds) {
        return Tokens.claims(user, seconds, ",\"aud\":\"mqtt\",\"client\":\"c\"");
    }

    private static String token(String claims) throws Exception {
        return Tokens.signed("EdDSA", "main", pair.getPrivate(), claims);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void onlyATokenThatHoldsLetsIn(boolean v5) throws Exception {
        String wrong = v5 ? "86" : "04";
        String good = token(claims("eve", 600));
        assertEquals("00", connect(broker, v5, "eve", good));
        assertEquals("00", connect(broker, v5, "eve", Tokens.signed("HS256", null, SECRET, claims("eve", 600))));
        assertEquals(wrong, connect(broker, v5, "bob", good));
        assertEquals(wrong, connect(broker, v5, "eve", good.substring(0, good.length() - 4) + "AAAA"));
        assertEquals(wrong, connect(broker, v5, "eve", token(claims("eve", -5))));
        assertEquals(wrong, connect(broker, v5, "eve", token(Tokens.claims("eve", 600, ",\"client\":\"c\""))));
        assertEquals(
                wrong,
                connect(broker, v5, "eve", token(Tokens.claims("eve", 600, ",\"aud\":\"mqtt\",\"client\":\"d\""))));
        assertEquals(wrong, connect(broker, v5, "eve", Tokens.unsigned(claims("eve", 600))));
        assertEquals(
                wrong,
                connect(
                        broker,
                        v5,
                        "eve",
                        Tokens.signed("HS256", "main", pair.getPublic().getEncoded(), claims("eve", 9))));
    }

    @Test
    void othersProveThemselvesAsBefore() throws Exception {
        assertEquals("00", connect(broker, true, "ann", "secret"));
        assertEquals("86", connect(broker, true, "ann", "wrong"));
        assertEquals("86", connect(broker, true, "eve", "no token"));
        assertEquals("86", connect(broker, true, "eve", null));
        // A token for ann is not ann's password, but proves ann.
        assertEquals("00", connect(broker, true, "ann", token(claims("ann", 600))));
        // Anonymous, from this machine.
        assertEquals("00", connect(broker, true, null, null));
    }

    @Test
    void aPasswordAloneMustBeAToken() throws Exception {
        assertEquals("00", connect(broker, true, null, token(claims("eve", 600))));
        assertEquals("86", connect(broker, true, null, token(claims("eve", -5))));
        assertEquals("86", connect(broker, true, null, "no token"));
    }

    @Test
    void theReasonTellsNothing() throws Exception {
        List<String> reasons = new ArrayList<>();
        for (String password : List.of(token(claims("eve", -5)), Tokens.unsigned(claims("eve", 600)), "no token")) {
            try (PacketClient client = connecting(broker, true, "c", "eve", password)) {
                reasons.add(Bytes.hex(client.next().bytes()));
            }
        }
        assertEquals(List.of(reasons.getFirst(), reasons.getFirst(), reasons.getFirst()), reasons);
    }

    @Test
    void theConnectionEndsWithTheToken() throws Exception {
        long before = System.nanoTime();
        try (PacketClient five = connecting(broker, true, "c", null, token(claims("eve", 3)));
                PacketClient three = connecting(
                        broker,
                        false,
                        "d",
                        "eve",
                        token(Tokens.claims("eve", 3, ",\"aud\":\"mqtt\",\"client\":\"d\"")));
                PacketClient longer = connecting(
                        broker,
                        true,
                        "e",
                        "eve",
                        token(Tokens.claims("eve", 600, ",\"aud\":\"mqtt\",\"client\":\"e\"")))) {
            assertTrue(five.next().toString().startsWith("CONNACK 00"));
            assertTrue(three.next().toString().startsWith("CONNACK 00"));
            assertTrue(longer.next().toString().startsWith("CONNACK 00"));
            five.expectDisconnect("a0");
            three.expectClosed();
            // exp is in whole seconds.
            assertTrue(System.nanoTime() - before > 1_900_000_000L);
            longer.ping();
        }
    }

    @Test
    void theUserNameCanBeTheToken() throws Exception {
        try (BrokerFixture other = BrokerFixture.start(
                "auth.jwt.from=user-name",
                "auth.jwt.keys.0.algorithm=HS256",
                "auth.jwt.keys.0.file=" + dir.resolve("secret"))) {
            assertEquals("00", connect(other, false, Tokens.signed("HS256", null, SECRET, claims("eve", 9)), null));
            assertEquals("00", connect(other, true, Tokens.signed("HS256", null, SECRET, claims("eve", 9)), "x"));
            assertEquals("86", connect(other, true, Tokens.signed("HS256", null, SECRET, claims("eve", -99)), null));
            // Somebody checks user names: nobody comes by one unchecked.
            assertEquals("86", connect(other, true, "eve", null));
        }
    }

    private static BrokerFixture fetching(KeyServer server, String... more) throws Exception {
        List<String> settings =
                new ArrayList<>(List.of("auth.jwt.jwks.url=" + server.url(), "auth.jwt.jwks.cooldown=100ms"));
        settings.addAll(List.of(more));
        return BrokerFixture.start(settings.toArray(new String[0]));
    }

    private static String keyed(String id, KeyPair by) throws Exception {
        return Tokens.signed("EdDSA", id, by.getPrivate(), claims("eve", 600));
    }

    /** Connects until the CONNACK says this. */
    private static void await(BrokerFixture to, String code, String token) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        String last = connect(to, true, "eve", token);
        while (!last.equals(code) && System.nanoTime() < deadline) {
            last = connect(to, true, "eve", token);
        }
        assertEquals(code, last);
    }

    @Test
    void keysAreFetchedAndTheirRotationIsFollowed() throws Exception {
        KeyPair next = Tokens.pair("EdDSA");
        try (KeyServer server = new KeyServer()) {
            server.serve(Tokens.jwk("one", pair.getPublic()));
            try (BrokerFixture fetching = fetching(server)) {
                await(fetching, "00", keyed("one", pair));
                assertEquals("86", connect(fetching, true, "eve", keyed("one", next)));
                assertEquals("86", connect(fetching, true, "eve", keyed("two", next)));
                server.serve(Tokens.jwk("two", next.getPublic()));
                await(fetching, "00", keyed("two", next));
                assertEquals("86", connect(fetching, true, "eve", keyed("one", pair)));
            }
        }
    }

    @Test
    void unknownKeysDoNotMakeTheNodeAskWithoutEnd() throws Exception {
        try (KeyServer server = new KeyServer()) {
            server.serve(Tokens.jwk("one", pair.getPublic()));
            try (BrokerFixture fetching = fetching(server, "auth.jwt.jwks.cooldown=1h")) {
                await(fetching, "00", keyed("one", pair));
                for (int i = 0; i < 50; i++) {
                    assertEquals("86", connect(fetching, true, "eve", keyed("k" + i, pair)));
                }
                assertEquals(1, server.asked());
            }
        }
    }

    @Test
    void keysStayWhileTheServerFails() throws Exception {
        try (KeyServer server = new KeyServer()) {
            server.serve(Tokens.jwk("one", pair.getPublic()));
            // What is longer, and what redirects lead to, would be good keys.
            String two = Tokens.jwk("two", pair.getPublic());
            server.serveElsewhere(two);
            try (BrokerFixture fetching =
                    fetching(server, "auth.jwt.jwks.timeout=500ms", "limits.connectTimeout=60s")) {
                await(fetching, "00", keyed("one", pair));
                byte[] large =
                        ("{\"keys\":[" + two + "]" + " ".repeat(2 << 20) + "}").getBytes(StandardCharsets.US_ASCII);
                List<KeyServer.Answer> faults = List.of(
                        new KeyServer.Answer(500, new byte[0]),
                        new KeyServer.Answer(302, new byte[0]),
                        new KeyServer.Answer(200, "<html>".getBytes(StandardCharsets.US_ASCII)),
                        new KeyServer.Answer(200, large));
                for (KeyServer.Answer fault : faults) {
                    server.answer(fault.status(), fault.body());
                    double earlier = failures(fetching);
                    // Whoever names an unknown key may be known by and by.
                    await(fetching, "88", keyed("two", pair));
                    while (failures(fetching) == earlier) {
                        connect(fetching, true, "eve", keyed("two", pair));
                    }
                    assertEquals("00", connect(fetching, true, "eve", keyed("one", pair)));
                    server.serve(Tokens.jwk("one", pair.getPublic()));
                    await(fetching, "86", keyed("two", pair));
                }
                server.fallSilent();
                double before = failures(fetching);
                // The connection waits for longer than a fetch may take, so it is that which has failed.
                await(fetching, "88", keyed("two", pair));
                assertTrue(failures(fetching) > before);
                assertEquals("00", connect(fetching, true, "eve", keyed("one", pair)));
            }
        }
    }

    @Test
    void keysAreNotKeptForEver() throws Exception {
        try (KeyServer server = new KeyServer()) {
            server.serve(Tokens.jwk("one", pair.getPublic()));
            try (BrokerFixture fetching = fetching(server, "auth.jwt.jwks.keepFor=1s")) {
                await(fetching, "00", keyed("one", pair));
                server.answer(500, new byte[0]);
                await(fetching, "88", keyed("one", pair));
            }
        }
    }

    /** The node starts, and tells clients to come again. */
    @Test
    void aServerThatIsNotThereYetIsWaitedFor() throws Exception {
        try (KeyServer server = new KeyServer();
                BrokerFixture fetching = fetching(server)) {
            assertEquals("88", connect(fetching, true, "eve", keyed("one", pair)));
            server.serve(Tokens.jwk("one", pair.getPublic()));
            await(fetching, "00", keyed("one", pair));
        }
    }

    private static double failures(BrokerFixture of) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + of.http() + "/metrics");
            String line = "lacewing_jwks_fetches_total{result=\"failure\"} ";
            String all = client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
            return Double.parseDouble(all.substring(all.indexOf(line) + line.length())
                    .lines()
                    .findFirst()
                    .orElseThrow());
        }
    }
}
