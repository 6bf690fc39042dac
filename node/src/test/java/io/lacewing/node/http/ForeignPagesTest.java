package io.lacewing.node.http;

import static io.lacewing.node.http.HttpFixture.basic;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.config.HttpAccess;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a page of another site can make an operator's browser send changes nothing. */
class ForeignPagesTest {
    private static final String ORDER = "{\"order\":\"recover\"}";
    private static final String OPERATOR = basic("operateer", "operate-password");

    @TempDir
    private Path dir = Path.of("");

    private HttpFixture start() throws Exception {
        return HttpFixture.ofUsers(HttpFixture.threeUsers(dir.resolve("users"))).operating();
    }

    @Test
    void aForeignOriginIsRefusedThoughThePasswordIsRight() throws Exception {
        try (HttpFixture http = start()) {
            for (String[] header : List.of(
                    new String[] {"Origin", "https://evil.example"},
                    new String[] {"Origin", "null"},
                    new String[] {"Origin", "http://127.0.0.1:1"},
                    new String[] {"Origin", "https://127.0.0.1:" + http.port()},
                    new String[] {"Sec-Fetch-Site", "cross-site"},
                    new String[] {"Sec-Fetch-Site", "same-site"})) {
                assertEquals(
                        403,
                        http.post("/admin/operate", OPERATOR, ORDER, header).statusCode(),
                        String.join(" ", header));
            }
            assertEquals(0, http.orders.size());
            for (String[] header : List.of(
                    new String[] {"Origin", "http://127.0.0.1:" + http.port()},
                    new String[] {"Sec-Fetch-Site", "same-origin"},
                    new String[] {"Sec-Fetch-Site", "none"})) {
                assertEquals(
                        200,
                        http.post("/admin/operate", OPERATOR, ORDER, header).statusCode(),
                        String.join(" ", header));
            }
            assertEquals(3, http.orders.size());
        }
    }

    /** A form can send these types without being asked, but not JSON's. */
    @Test
    void whatAFormCanSendIsRefused() throws Exception {
        try (HttpFixture http = start()) {
            for (String type : List.of(
                    "application/x-www-form-urlencoded",
                    "text/plain",
                    "multipart/form-data; boundary=x",
                    "text/json")) {
                HttpRequest.Builder request = http.request("/admin/operate")
                        .header("Content-Type", type)
                        .header("Authorization", OPERATOR)
                        .POST(HttpRequest.BodyPublishers.ofString(ORDER));
                assertEquals(415, http.send(request).statusCode(), type);
            }
            HttpRequest.Builder without = http.request("/admin/operate")
                    .header("Authorization", OPERATOR)
                    .POST(HttpRequest.BodyPublishers.ofString(ORDER));
            assertEquals(415, http.send(without).statusCode());
            assertEquals(
                    405,
                    http.get("/admin/operate?order=recover", "Authorization", OPERATOR)
                            .statusCode());
            assertEquals(0, http.orders.size());
            HttpRequest.Builder withCharset = http.request("/admin/operate")
                    .header("Content-Type", "application/json; charset=utf-8")
                    .header("Authorization", OPERATOR)
                    .POST(HttpRequest.BodyPublishers.ofString(ORDER));
            assertEquals(200, http.send(withCharset).statusCode());
        }
    }

    /** The name of a page may be made to point here: then the browser says that name. */
    @Test
    void onLoopbackAForeignHostIsRefused() throws Exception {
        try (HttpFixture http = start()) {
            for (String host : List.of("evil.example", "evil.example:80", "127.0.0.1.evil.example", "[::1", "")) {
                String answer = get(http, "Host: " + host + "\r\n");
                assertTrue(
                        answer.startsWith("HTTP/1.1 421 ") || answer.startsWith("HTTP/1.1 400 "), host + ": " + answer);
            }
            for (String host : List.of("localhost", "LOCALHOST:8080", "127.0.0.1:8080", "[::1]:8080", "a.localhost")) {
                String answer = get(http, "Host: " + host + "\r\n");
                assertTrue(answer.startsWith("HTTP/1.1 200 "), host + ": " + answer);
            }
            assertTrue(get(http, "Host: localhost\r\nHost: evil.example\r\n").startsWith("HTTP/1.1 400 "));
            String old = RawHttp.once(http.port(), "GET /health/live HTTP/1.0\r\n", "");
            assertTrue(old.contains(" 200 "), old);
        }
    }

    /** Where others reach the port it may have any name, but that makes nobody local. */
    @Test
    void elsewhereAForeignHostIsAStranger() throws Exception {
        try (HttpFixture open = new HttpFixture(
                dir.resolve("users"),
                HttpFixture.config("0.0.0.0", HttpAccess.LOOPBACK),
                () -> "m 1\n",
                HttpConnections.Times.USUAL)) {
            String head = "GET /metrics HTTP/1.1\r\nHost: ";
            assertTrue(RawHttp.once(open.port(), head + "evil.example\r\n", "").startsWith("HTTP/1.1 401 "));
            assertTrue(RawHttp.once(open.port(), head + "localhost\r\n", "").startsWith("HTTP/1.1 200 "));
        }
    }

    private static String get(HttpFixture http, String host) throws Exception {
        return RawHttp.once(http.port(), "GET /health/live HTTP/1.1\r\n" + host, "");
    }
}
