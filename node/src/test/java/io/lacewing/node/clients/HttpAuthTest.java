package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.BrokerFixture;
import io.lacewing.node.Passwords;
import io.lacewing.node.tls.Pki;
import io.netty.pkitesting.X509Bundle;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients at a broker that asks a service by HTTP who they are. */
class HttpAuthTest {
    private static final String ALLOW = "{\"result\":\"allow\"}";
    private static final String NO_CACHE = "auth.http.cache.ttl=0s";
    private static final String NO_MEMORY = "auth.http.cache.deniedTtl=0s";

    @TempDir
    private Path dir = Path.of("");

    private static BrokerFixture broker(AuthServer server, String... more) throws Exception {
        List<String> settings = new ArrayList<>(List.of("auth.http.url=" + server.url()));
        settings.addAll(List.of(more));
        return BrokerFixture.start(settings.toArray(new String[0]));
    }

    private static AuthServer.Asked next(AuthServer server) throws Exception {
        AuthServer.Asked asked = server.asked().poll(30, TimeUnit.SECONDS);
        assertNotNull(asked, "it was not asked");
        return asked;
    }

    private static double answers(BrokerFixture of, String outcome) throws Exception {
        return Login.metric(
                of, "lacewing_auth_remote_answers_total{authenticator=\"http\",outcome=\"" + outcome + "\"}");
    }

    private static double breaker(BrokerFixture of) throws Exception {
        return Login.metric(of, "lacewing_auth_remote_breaker{authenticator=\"http\"}");
    }

    @Test
    void theServiceDecides() throws Exception {
        Path secret = Files.writeString(dir.resolve("secret"), "Bearer xyz\n");
        try (AuthServer server = new AuthServer(0);
                BrokerFixture broker =
                        broker(server, "auth.http.headers.0.name=X-Secret", "auth.http.headers.0.file=" + secret)) {
            server.answer(200, ALLOW);
            assertEquals("00", Login.code(broker, "ann", "päss\"word"));
            AuthServer.Asked asked = next(server);
            assertEquals("POST", asked.method());
            assertEquals("application/json", asked.type());
            assertEquals("Bearer xyz", asked.header());
            JsonObject body = new JsonObject(asked.body());
            String address = String.valueOf(body.remove("address"));
            assertTrue(address.startsWith("127.0.0.1:"), address);
            assertEquals(
                    new JsonObject()
                            .put("clientId", "c")
                            .put("username", "ann")
                            .put("password", "päss\"word")
                            .put("listener", "tcp"),
                    body);
            server.answer(200, "{\"result\":\"deny\"}");
            assertEquals("86", Login.code(broker, "ann", "wrong"));
            server.answer(403, "");
            assertEquals("86", Login.code(broker, "ann", "wrong too"));
            server.answer(204, "");
            assertEquals("86", Login.code(broker, "bob", "x"), "nobody else knows bob");
            assertEquals("00", Login.code(broker, null, null), "without a name nobody is asked");
            assertEquals(4, server.count());
            assertEquals(1, answers(broker, "allow"));
            assertEquals(2, answers(broker, "deny"));
            assertEquals(1, answers(broker, "next"));
            try (PacketClient old = Login.connecting(broker, false, "d", "ann", new byte[] {'x'})) {
                server.answer(403, "");
                assertEquals("04", Login.code(old));
            }
            // It speaks of the broker, and not of its client.
            server.answer(401, "");
            assertEquals("88", Login.code(broker, "ann", "not looked at"));
        }
    }

    @Test
    void aFormIsSentAsSuch() throws Exception {
        try (AuthServer server = new AuthServer(0);
                BrokerFixture broker = broker(server, "auth.http.format=form")) {
            server.answer(200, ALLOW);
            assertEquals("00", Login.code(broker, "a&b=c", "x y+ü"));
            AuthServer.Asked asked = next(server);
            assertEquals("application/x-www-form-urlencoded", asked.type());
            assertTrue(
                    asked.body().startsWith("clientId=c&username=a%26b%3Dc&password=x+y%2B%C3%BC&address=127.0.0.1%3A"),
                    asked.body());
        }
    }

    @Test
    void aPasswordThatIsNoTextIsRefusedWithoutAsking() throws Exception {
        try (AuthServer server = new AuthServer(0);
                BrokerFixture broker = broker(server)) {
            server.answer(200, ALLOW);
            try (PacketClient client = Login.connecting(broker, true, "c", "ann", new byte[] {'x', (byte) 0xFF})) {
                assertEquals("86", Login.code(client));
            }
            assertEquals(0, server.count());
            try (PacketClient client = Login.connecting(broker, true, "c", "ann", null)) {
                assertEquals("00", Login.code(client), "the service may let in a user without a password");
            }
            assertFalse(new JsonObject(next(server).body()).containsKey("password"));
        }
    }

    @Test
    void othersAreAskedBeforeAndAfter() throws Exception {
        Path users = dir.resolve("users");
        Passwords.put(users, "ann", "secret".getBytes(StandardCharsets.UTF_8));
        try (AuthServer server = new AuthServer(0);
                BrokerFixture broker = broker(server, "auth.passwordFile=" + users)) {
            server.answer(200, ALLOW);
            assertEquals("00", Login.code(broker, "ann", "secret"));
            assertEquals("86", Login.code(broker, "ann", "wrong"));
            assertEquals(0, server.count());
            assertEquals("00", Login.code(broker, "eve", "whatever"));
            assertEquals(1, server.count());
        }
    }

    @Test
    void groupsAndRulesComeWithTheAnswer() throws Exception {
        Path acl = Files.writeString(
                dir.resolve("acl"),
                "{rules: [{allow: all, topics: 'shop/#', groups: sellers}, {deny: all, topics: 'own/secret'}]}");
        try (AuthServer server = new AuthServer(0);
                BrokerFixture broker = broker(server, "auth.aclFile=" + acl)) {
            server.answer(
                    200,
                    "{\"result\":\"allow\",\"username\":\"ann\",\"groups\":[\"sellers\"],"
                            + "\"rules\":[{\"allow\":\"subscribe\",\"topics\":[\"own/+\",\"u/${username}\"]}]}");
            try (PacketClient client = Login.connecting(broker, "c", "alias", "x")) {
                assertTrue(client.next().toString().startsWith("CONNACK 00"));
                client.subscribe("shop/a", 0).subscribe("own/a", 0).subscribe("u/ann", 0);
                client.expect("SUBACK #" + client.sendSubscribe("own/secret", 0, "") + " 87");
                client.expect("SUBACK #" + client.sendSubscribe("u/alias", 0, "") + " 87");
                client.expect("SUBACK #" + client.sendSubscribe("other", 0, "") + " 87");
            }
        }
        try (AuthServer server = new AuthServer(0);
                BrokerFixture broker = broker(server)) {
            server.answer(200, "{\"result\":\"allow\",\"rules\":[{\"allow\":\"subscribe\",\"topics\":[\"own\"]}]}");
            try (PacketClient client = Login.connecting(broker, "c", "ann", "x")) {
                assertTrue(client.next().toString().startsWith("CONNACK 00"));
                client.subscribe("own", 0);
                client.expect("SUBACK #" + client.sendSubscribe("other", 0, "") + " 87");
            }
        }
    }

    @Test
    void theConnectionEndsWithTheAnswersTime() throws Exception {
        try (AuthServer server = new AuthServer(0);
                BrokerFixture broker = broker(server)) {
            server.answer(200, "{\"result\":\"allow\",\"expiresIn\":1}");
            try (PacketClient client = Login.connecting(broker, "c", "ann", "x")) {
                assertTrue(client.next().toString().startsWith("CONNACK 00"));
                client.expectDisconnect("a0");
            }
            assertEquals("00", Login.code(broker, "ann", "x"));
            assertEquals(2, server.count(), "an answer is remembered no longer than it holds");
        }
    }

    @Test
    void answersAreRememberedForAWhile() throws Exception {
        try (AuthServer server = new AuthServer(0);
                BrokerFixture broker = broker(server, "auth.http.cache.ttl=3s", "auth.http.cache.deniedTtl=1h")) {
            server.answer(200, ALLOW);
            assertEquals("00", Login.code(broker, "ann", "old"));
            server.answer(200, "{\"result\":\"deny\"}");
            assertEquals("86", Login.code(broker, "ann", "new"));
            assertEquals(2, server.count());
            assertEquals("86", Login.code(broker, "ann", "new"));
            assertEquals(2, server.count(), "a refusal is remembered, too");
            // The password was changed: the old one is good for a while yet.
            Login.await(broker, "86", "ann", "old");
            assertEquals(3, server.count());
            assertTrue(Login.metric(broker, "lacewing_auth_remote_cache_total{authenticator=\"http\",result=\"hit\"}")
                    >= 1);
        }
    }

    /** With {@code next} too: nobody knows whether the password was wrong, so nobody is to be banned for it. */
    @ParameterizedTest
    @CsvSource({"deny, 88", "next, 88"})
    void aServiceThatIsDownIsLeftAloneAndComesBack(String onError, String code) throws Exception {
        try (AuthServer first = new AuthServer(0);
                BrokerFixture broker = broker(
                        first,
                        "auth.http.onError=" + onError,
                        "auth.http.breaker.failures=3",
                        "auth.http.breaker.pause=200ms")) {
            first.answer(200, ALLOW);
            assertEquals("00", Login.code(broker, "ann", "x"));
            try (PacketClient client = Login.connecting(broker, "other", null, null)) {
                assertTrue(client.next().toString().startsWith("CONNACK 00"));
                int port = first.port();
                first.goDown();
                for (int i = 0; i < 20; i++) {
                    assertEquals(code, Login.code(broker, "ann", "p" + i));
                    client.ping();
                }
                assertTrue(answers(broker, "open") > 0, "it was asked each time");
                assertTrue(breaker(broker) > 0);
                assertEquals("00", Login.code(broker, "ann", "x"), "who is remembered is let in");
                try (AuthServer second = new AuthServer(port)) {
                    second.answer(200, ALLOW);
                    Login.await(broker, "00", "ann", "y");
                    assertEquals(0, breaker(broker));
                }
            }
        }
    }

    /** The service is down; the password file, which is asked before it, is not, and what it says holds. */
    @ParameterizedTest
    @CsvSource({"bob, secret, 00", "bob, wrong, 86", "ann, secret, 88"})
    void whoTheFileKnowsIsNotTouchedByAnOutage(String user, String password, String code) throws Exception {
        Path users = dir.resolve("users");
        Passwords.put(users, "bob", "secret".getBytes(StandardCharsets.UTF_8));
        try (AuthServer server = new AuthServer(0);
                BrokerFixture broker = broker(server, "auth.http.onError=next", "auth.passwordFile=" + users)) {
            server.goDown();
            assertEquals(code, Login.code(broker, user, password));
            assertEquals("00", Login.code(broker, null, null), "who gives no name is not told of it");
        }
    }

    /** Answers that speak of one client, as status 400, must not shut out the others. */
    @ParameterizedTest
    @ValueSource(strings = {"status", "redirect", "html", "huge"})
    void whatCannotBeUsedLetsNobodyInAndDoesNotCloseTheWay(String fault) throws Exception {
        try (AuthServer server = new AuthServer(0);
                BrokerFixture broker = broker(
                        server, "auth.http.breaker.failures=2", "auth.http.breaker.pause=10m", NO_CACHE, NO_MEMORY)) {
            switch (fault) {
                case "status" -> server.answer(400, ALLOW);
                case "redirect" -> server.redirect();
                case "html" -> server.answer(200, "<html>");
                default -> server.answer(200, ALLOW + " ".repeat(2 << 20));
            }
            for (int i = 0; i < 5; i++) {
                assertEquals("88", Login.code(broker, "ann", "x"));
            }
            assertEquals(5, server.count());
            server.answer(200, ALLOW);
            assertEquals("00", Login.code(broker, "ann", "x"));
            assertEquals(5, answers(broker, "unfit"));
        }
    }

    @Test
    void aServiceThatIsSilentIsNotWaitedForLong() throws Exception {
        try (AuthServer server = new AuthServer(0);
                BrokerFixture broker = broker(
                        server,
                        "auth.http.timeout=300ms",
                        "auth.http.breaker.failures=2",
                        "auth.http.breaker.pause=100ms",
                        "limits.connectTimeout=60s");
                PacketClient other = Login.connecting(broker, "other", null, null)) {
            assertTrue(other.next().toString().startsWith("CONNACK 00"));
            server.answer(200, ALLOW);
            server.fallSilent();
            try (PacketClient waiting = Login.connecting(broker, "c", "ann", "x")) {
                next(server);
                other.ping();
                assertEquals("88", Login.code(waiting));
            }
            assertEquals("88", Login.code(broker, "ann", "y"));
            assertEquals(2, answers(broker, "timeout"));
            server.speak();
            Login.await(broker, "00", "ann", "z");
        }
    }

    @Test
    void questionsAreBoundedAndOthersWaitForTheirTurn() throws Exception {
        try (AuthServer server = new AuthServer(0);
                BrokerFixture broker = broker(server, "auth.http.maxRequests=1", "auth.http.timeout=1m")) {
            server.answer(200, ALLOW);
            server.fallSilent();
            try (PacketClient one = Login.connecting(broker, "one", "ann", "x");
                    PacketClient two = Login.connecting(broker, "two", "ann", "x")) {
                next(server);
                while (Login.metric(broker, "lacewing_auth_remote_waiting{authenticator=\"http\"}") < 1) {
                    Thread.onSpinWait();
                }
                assertEquals(1, server.count());
                server.speak();
                assertEquals("00", Login.code(one));
                assertEquals("00", Login.code(two));
                assertEquals(2, server.count());
            }
        }
    }

    @Test
    void theServersCertificateMustBeOfTheAuthority() throws Exception {
        Pki pki = new Pki("Test CA");
        Pki other = new Pki("Other CA");
        Path ca = Files.writeString(dir.resolve("ca.pem"), pki.pem());
        Path wrong = Files.writeString(dir.resolve("other.pem"), other.pem());
        X509Bundle own = pki.sign(pki.host("localhost"));
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(own.toKeyManagerFactory().getKeyManagers(), null, null);
        try (AuthServer server = new AuthServer(tls)) {
            server.answer(200, ALLOW);
            String port = ":" + server.port() + "/auth";
            assertEquals("00", once("https://localhost" + port, ca));
            assertEquals("88", once("https://localhost" + port, wrong));
            assertEquals("88", once("https://127.0.0.1" + port, ca), "another name than the certificate's");
            assertEquals(1, server.count());
        }
    }

    private static String once(String url, Path ca) throws Exception {
        try (BrokerFixture broker = BrokerFixture.start("auth.http.url=" + url, "auth.http.ca=" + ca)) {
            return Login.code(broker, "ann", "x");
        }
    }
}
