package io.lacewing.node.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that would get around who may what, or make much of little. */
class HostileRequestsTest {
    private static final String POST = "POST /admin/operate HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/json\r\nAuthorization: Bearer " + HttpFixture.TOKEN + "\r\n";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path dir;

    @SuppressWarnings("NullAway.Init")
    private static HttpFixture http;

    @BeforeAll
    static void start() throws Exception {
        http = HttpFixture.ofUsers(HttpFixture.threeUsers(dir.resolve("users"))).operating();
    }

    @AfterAll
    static void stop() {
        http.close();
    }

    private static String get(String target) throws Exception {
        return RawHttp.once(http.port(), "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n", "");
    }

    /** Paths are compared as they come: no other spelling is one of them, and none is that of a file. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/health/live/../../admin/status",
                "/health/../metrics",
                "/../../../../etc/passwd",
                "/%2e%2e/%2e%2e/etc/passwd",
                "/admin%2Fstatus",
                "//admin/status",
                "/admin/status/",
                "/admin/./status",
                "/admin/status;a=b",
                "/ADMIN/STATUS",
                "/admin\\\\status",
                "/metrics%00",
                "/health/live%2f..%2f..%2fadmin%2fstatus",
                "*",
                "admin/status",
                "http://localhost/metrics"
            })
    void pathsHaveOneSpelling(String target) throws Exception {
        String answer = get(target);
        assertTrue(answer.matches("(?s)HTTP/1\\.[01] (400|401|404) .*"), answer);
        assertFalse(answer.contains("root:") || answer.contains("m 1"), answer);
    }

    /** A query does not change whose path it is. */
    @Test
    void queriesOpenNothing() throws Exception {
        assertTrue(get("/metrics?x=/health/live").startsWith("HTTP/1.1 401 "));
        assertTrue(get("/admin/status?../../health/live").startsWith("HTTP/1.1 401 "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRACE", "OPTIONS", "CONNECT", "PUT", "DELETE", "PATCH", "get", "PROPFIND", "X"})
    void verbs(String verb) throws Exception {
        for (String path : new String[] {"/admin/operate", "/admin/users", "/metrics"}) {
            String answer = RawHttp.once(http.port(), verb + " " + path + " HTTP/1.1\r\nHost: localhost\r\n", "");
            assertTrue(answer.matches("(?s)HTTP/1\\.[01] (400|401|405|501) .*"), answer);
            assertFalse(answer.contains(HttpFixture.TOKEN), answer);
        }
    }

    /** JSON that is deep, wide, doubled or no object; numbers and texts that are none. */
    @Test
    void bombs() throws Exception {
        int orders = http.orders.size();
        for (String body : new String[] {
            "[".repeat(4_000),
            "{\"a\":".repeat(600),
            "{\"order\":" + "[".repeat(2_000) + "]".repeat(2_000) + "}",
            "{\"order\":1e999999999}",
            "{\"order\":" + "9".repeat(3_900) + "}",
            "{\"order\":\"\\ud800\"}",
            "{\"order\":null}",
            "\"forget-node\"",
            "null",
            "",
            "\u0000"
        }) {
            String answer = RawHttp.once(http.port(), POST + "Content-Length: " + body.length() + "\r\n", body);
            assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
        }
        assertEquals(orders, http.orders.size());
        assertEquals(200, http.get("/health/live").statusCode());
    }

    /** Two lengths, or a length beside chunks, are what requests are smuggled by behind a proxy that sees the other one. */
    @Test
    void smuggling() throws Exception {
        int orders = http.orders.size();
        String second = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
        for (String lengths : new String[] {
            "Content-Length: 0\r\nContent-Length: 5\r\n", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
            "Content-Length: -1\r\n", "Content-Length: +2\r\n"
        }) {
            String answer = RawHttp.once(http.port(), POST + lengths, "0\r\n\r\n" + second);
            assertTrue(answer.matches("(?s)HTTP/1\\.[01] 400 .*"), lengths + answer);
            assertEquals(1, answer.split("HTTP/1\\.", -1).length - 1, answer);
        }
        assertEquals(orders, http.orders.size());
    }
}
