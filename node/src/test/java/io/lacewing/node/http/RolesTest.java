package io.lacewing.node.http;

import static io.lacewing.node.http.HttpFixture.basic;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.config.HttpAccess;
import io.lacewing.node.config.HttpConfig;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may what: by password, by role, by the token, from this machine and not. */
class RolesTest {
    private static final String ORDER = "{\"order\":\"status\"}";
    private static final String READER = basic("reader", "read-password");
    private static final String OPERATOR = basic("operateer", "operate-password");
    private static final String ADMIN = basic("administerer", "administer-password");

    /** Nobody who sends this counts as on this machine. */
    private static final String STRANGER = "Host: broker.example.com\r\n";

    @TempDir
    private Path dir = Path.of("");

    private Path users() {
        return HttpFixture.threeUsers(dir.resolve("users"));
    }

    @Test
    void eachRoleMayWhatIsForItAndBelow() throws Exception {
        try (HttpFixture http = HttpFixture.ofUsers(users()).operating()) {
            String[] callers = {READER, OPERATOR, ADMIN, "Bearer " + HttpFixture.TOKEN};
            for (int i = 0; i < callers.length; i++) {
                String caller = callers[i];
                assertEquals(200, http.get("/metrics", "Authorization", caller).statusCode(), "metrics " + i);
                assertEquals(
                        200, http.get("/admin/status", "Authorization", caller).statusCode(), "status " + i);
                assertEquals(
                        i < 1 ? 403 : 200,
                        http.post("/admin/operate", caller, ORDER).statusCode(),
                        "operate " + i);
                assertEquals(
                        i < 2 ? 403 : 200,
                        http.get("/admin/users", "Authorization", caller).statusCode(),
                        "users " + i);
            }
            HttpResponse<String> refused = http.post("/admin/operate", READER, ORDER);
            assertEquals("this needs a user with the role operate", new JsonObject(refused.body()).getString("error"));
            assertEquals("", refused.headers().firstValue("www-authenticate").orElse(""));
        }
    }

    @Test
    void withoutOrWithAWrongPasswordNobodyGetsAnything() throws Exception {
        try (HttpFixture http = HttpFixture.ofUsers(users()).operating()) {
            HttpResponse<String> nobody = http.get("/metrics");
            assertEquals(401, nobody.statusCode());
            assertEquals(
                    "Basic realm=\"lacewing\", charset=\"UTF-8\"",
                    nobody.headers().firstValue("www-authenticate").orElse(""));
            String said = "";
            for (String wrong : List.of(
                    basic("reader", "operate-password"), basic("reader", ""), basic("nobody", "read-password"))) {
                HttpResponse<String> answer = http.get("/metrics", "Authorization", wrong);
                assertEquals(401, answer.statusCode());
                assertTrue(said.isEmpty() || said.equals(answer.body()), "the answer tells what was wrong");
                said = answer.body();
                assertFalse(said.contains("m 1"));
            }
            for (String malformed : List.of("Basic", "Basic !", "Basic cmVhZGVy", "Digest x", "reader:read-password")) {
                assertEquals(
                        401, http.get("/metrics", "Authorization", malformed).statusCode(), malformed);
            }
            assertEquals(List.of(), List.copyOf(http.orders));
            assertEquals(3, http.gate.denied());
        }
    }

    @Test
    void whatIsOpenIsSoForStrangersAndTheRestIsNot() throws Exception {
        try (HttpFixture http = at(HttpAccess.LOOPBACK)) {
            http.readiness.require("cluster", () -> "2 of 3 nodes");
            assertEquals(200, http.get("/metrics").statusCode());
            assertTrue(http.get("/health/ready").body().contains("2 of 3 nodes"));
            String live = strangerGets(http, "/health/live", "");
            assertTrue(live.startsWith("HTTP/1.1 200 "), live);
            String ready = strangerGets(http, "/health/ready", "");
            assertTrue(ready.startsWith("HTTP/1.1 503 ") && !ready.contains("2 of 3"), ready);
            ready = strangerGets(http, "/health/ready", READER);
            assertTrue(ready.startsWith("HTTP/1.1 503 ") && ready.contains("2 of 3"), ready);
            assertTrue(strangerGets(http, "/metrics", "").startsWith("HTTP/1.1 401 "));
            assertTrue(strangerGets(http, "/metrics", READER).startsWith("HTTP/1.1 200 "));
        }
        try (HttpFixture http = at(HttpAccess.OPEN)) {
            assertTrue(strangerGets(http, "/metrics", "").startsWith("HTTP/1.1 200 "));
        }
        HttpConfig closed = new HttpConfig(true, "127.0.0.1", 0, HttpAccess.USERS, HttpAccess.USERS, null, null);
        try (HttpFixture http = new HttpFixture(dir.resolve("users"), closed, () -> "", HttpConnections.Times.USUAL)) {
            assertEquals(401, http.get("/health/live").statusCode());
            assertEquals(200, http.get("/health/live", "Authorization", READER).statusCode());
        }
    }

    @Test
    void theTokenIsForThisMachineAlone() throws Exception {
        try (HttpFixture http = at(HttpAccess.LOOPBACK).operating()) {
            String bearer = "Bearer " + HttpFixture.TOKEN;
            assertEquals(200, http.get("/admin/status", "Authorization", bearer).statusCode());
            assertTrue(strangerGets(http, "/admin/status", bearer).startsWith("HTTP/1.1 401 "));
        }
    }

    @Test
    void everyAnswerHasTheHeadersThatKeepBrowsersQuiet() throws Exception {
        try (HttpFixture http = HttpFixture.ofUsers(users())) {
            for (String path : List.of("/health/live", "/metrics", "/nothing", "/admin/operate")) {
                HttpResponse<String> answer = http.get(path);
                assertEquals(
                        "nosniff",
                        answer.headers().firstValue("x-content-type-options").orElse(""),
                        path);
                assertEquals(
                        "no-store", answer.headers().firstValue("cache-control").orElse(""), path);
                assertTrue(
                        answer.headers()
                                .firstValue("content-security-policy")
                                .orElse("")
                                .startsWith("default-src 'none'"),
                        path);
                assertTrue(answer.headers().firstValue("set-cookie").isEmpty(), path);
                assertTrue(
                        answer.headers()
                                .firstValue("access-control-allow-origin")
                                .isEmpty(),
                        path);
            }
        }
    }

    private HttpFixture at(HttpAccess metrics) throws Exception {
        return new HttpFixture(
                users(), HttpFixture.config("0.0.0.0", metrics), () -> "m 1\n", HttpConnections.Times.USUAL);
    }

    private static String strangerGets(HttpFixture http, String path, String authorization) throws Exception {
        String header = authorization.isEmpty() ? "" : "Authorization: " + authorization + "\r\n";
        return RawHttp.once(http.port(), "GET " + path + " HTTP/1.1\r\n" + STRANGER + header, "");
    }
}
