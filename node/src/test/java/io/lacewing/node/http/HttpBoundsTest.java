package io.lacewing.node.http;

import static io.lacewing.node.http.HttpFixture.basic;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.config.HttpAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever sends too much, too slowly or too often takes nothing from others. */
class HttpBoundsTest {
    private static final String HEAD = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n";

    private static final String POST =
            "POST /admin/operate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

    @TempDir
    private Path dir = Path.of("");

    private HttpFixture start(HttpConnections.Times times) throws Exception {
        return new HttpFixture(
                dir.resolve("users"),
                HttpFixture.config("127.0.0.1", HttpAccess.USERS),
                () -> "x".repeat(1 << 20),
                times);
    }

    private HttpFixture start() throws Exception {
        return start(HttpConnections.Times.USUAL);
    }

    @Test
    void longLinesHeadersAndBodiesAreRefused() throws Exception {
        try (HttpFixture http = start().operating()) {
            String line =
                    RawHttp.once(http.port(), "GET /" + "x".repeat(5_000) + " HTTP/1.1\r\nHost: localhost\r\n", "");
            assertTrue(line.matches("(?s)HTTP/1\\.[01] 414 .*"), line);
            assertTrue(line.toLowerCase(Locale.ROOT).contains("nosniff"), line);
            String headers = RawHttp.once(http.port(), HEAD + "X: " + "x".repeat(20_000) + "\r\n", "");
            assertTrue(headers.matches("(?s)HTTP/1\\.[01] 431 .*"), headers);
            String post = POST + "Authorization: Bearer " + HttpFixture.TOKEN + "\r\n";
            String body = RawHttp.once(http.port(), post + "Content-Length: 5000\r\n", "x".repeat(5_000));
            assertTrue(body.startsWith("HTTP/1.1 413 "), body);
            String chunk = Integer.toHexString(5_000) + "\r\n" + "x".repeat(5_000) + "\r\n";
            String chunks = RawHttp.once(http.port(), post + "Transfer-Encoding: chunked\r\n", chunk);
            assertTrue(chunks.startsWith("HTTP/1.1 413 "), chunks);
            assertEquals(200, http.get("/health/live").statusCode());
        }
    }

    /** The answer does not wait for what nobody wants to read. */
    @Test
    void aRefusedBodyEndsTheConnection() throws Exception {
        try (HttpFixture http = start();
                RawHttp raw = new RawHttp(http.port())) {
            raw.send(POST + "Content-Length: 4000000\r\n\r\n{");
            String answer = raw.rest();
            assertTrue(answer.startsWith("HTTP/1.1 401 "), answer);
        }
    }

    @Test
    void aConnectionIsKeptForTheNextRequest() throws Exception {
        try (HttpFixture http = start();
                RawHttp raw = new RawHttp(http.port())) {
            String refused = POST + "Content-Length: 0\r\n\r\n";
            raw.send(refused + "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n" + HEAD + "Connection: close\r\n\r\n");
            String answers = raw.rest();
            assertEquals(2, answers.split("HTTP/1.1 401 ", -1).length - 1, answers);
            assertTrue(answers.endsWith("{\"status\":\"live\"}"), answers);
        }
    }

    /** A byte now and then does not count as progress. */
    @Test
    void whoeverSendsSlowlyIsClosed() throws Exception {
        HttpConnections.Times brief = new HttpConnections.Times(500, 500, 500);
        try (HttpFixture http = start(brief).operating()) {
            assertClosedWhileSending(http, "", "GET /health/live HTTP/1.1\r\nHost: localhost\r\nX: ");
            assertClosedWhileSending(
                    http, "", POST + "Authorization: Bearer " + HttpFixture.TOKEN + "\r\nContent-Length: 4000\r\n\r\n");
            assertClosedWhileSending(http, HEAD + "\r\n", "GET /");
        }
    }

    private static void assertClosedWhileSending(HttpFixture http, String first, String begin) throws Exception {
        try (RawHttp raw = new RawHttp(http.port())) {
            raw.send(first + begin);
            CompletableFuture<String> rest = CompletableFuture.supplyAsync(() -> {
                try {
                    return raw.rest();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            boolean closed = false;
            for (int i = 0; i < 600 && !closed; i++) {
                try {
                    raw.send("x");
                    rest.get(100, TimeUnit.MILLISECONDS);
                    closed = true;
                } catch (TimeoutException open) {
                    closed = false;
                } catch (IOException gone) {
                    closed = true;
                }
            }
            assertTrue(closed, "the connection stays as long as a byte comes now and then: " + begin);
        }
    }

    /** Neither who only connects nor who keeps connections after an answer keeps others out, on this machine too. */
    @Test
    void whereThereAreTooManyTheLongestSilentGoes() throws Exception {
        try (HttpFixture http = start()) {
            List<RawHttp> held = new ArrayList<>();
            try {
                for (int i = 0; i < HttpConnections.MAX_OF_ONE; i++) {
                    RawHttp raw = new RawHttp(http.port(), 2).send(HEAD + "\r\n");
                    held.add(raw);
                    assertEquals('H', raw.read());
                }
                try (RawHttp beyond = new RawHttp(http.port(), 2).send(HEAD + "\r\n")) {
                    assertEquals('H', beyond.read());
                    String first = held.getFirst().rest();
                    assertTrue(first.endsWith("{\"status\":\"live\"}"), first);
                    assertEquals(1, http.endpoint.refusedConnections());
                    assertEquals(HttpConnections.MAX_OF_ONE, http.endpoint.connections());
                    assertEquals(200, http.get("/health/live").statusCode());
                }
            } finally {
                for (RawHttp raw : held) {
                    raw.close();
                }
            }
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (http.endpoint.connections() > 1 && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            assertTrue(http.endpoint.connections() <= 1, "connections that have gone are still counted");
        }
    }

    /** It asks a hundred times for 16 MiB and reads nothing: neither is all of it kept, nor the connection. */
    @Test
    void whoeverAsksWithoutReadingIsClosed() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        String page = "x".repeat(16 << 20);
        HttpConnections.Times brief = new HttpConnections.Times(60_000, 1_000, 1_000);
        try (HttpFixture http = new HttpFixture(
                        dir.resolve("users"),
                        HttpFixture.config("127.0.0.1", HttpAccess.OPEN),
                        () -> {
                            asked.incrementAndGet();
                            return page;
                        },
                        brief);
                RawHttp raw = new RawHttp(http.port())) {
            raw.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(100));
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while ((asked.get() == 0 || http.endpoint.connections() > 0) && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            assertEquals(0, http.endpoint.connections());
            assertTrue(asked.get() < 10, () -> "it was answered " + asked + " times");
        }
    }

    @Test
    void manyWrongPasswordsCostABoundedNumberOfChecksAndOthersAreServed() throws Exception {
        try (HttpFixture http = HttpFixture.ofUsersAtOneMoment(HttpFixture.reader(dir.resolve("users")));
                HttpClient elsewhere = HttpFixture.clientAt(2)) {
            List<CompletableFuture<HttpResponse<String>>> guesses = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                guesses.add(http.client.sendAsync(
                        http.request("/metrics")
                                .header("Authorization", basic("reader", "guess" + i))
                                .build(),
                        HttpResponse.BodyHandlers.ofString()));
            }
            HttpRequest right = http.request("/metrics")
                    .header("Authorization", basic("reader", "read-password"))
                    .build();
            assertEquals(
                    200,
                    elsewhere.send(right, HttpResponse.BodyHandlers.ofString()).statusCode());
            Map<Integer, Integer> answers = new TreeMap<>();
            for (CompletableFuture<HttpResponse<String>> guess : guesses) {
                HttpResponse<String> answer = guess.get(60, TimeUnit.SECONDS);
                answers.merge(answer.statusCode(), 1, Integer::sum);
                if (answer.statusCode() != 401) {
                    assertTrue(answer.headers().firstValue("retry-after").isPresent());
                }
            }
            assertTrue(answers.getOrDefault(401, 0) <= LoginAttempts.BURST, answers::toString);
            while (http.gate.limited() == 0) {
                http.get("/metrics", "Authorization", basic("reader", "again" + http.gate.denied()));
            }
            assertTrue(http.gate.denied() <= LoginAttempts.BURST + 2, "checks: " + http.gate.denied());
            assertEquals(
                    429,
                    http.get("/metrics", "Authorization", basic("reader", "next"))
                            .statusCode());
            // Who has a right password that is known is served from there all the same.
            assertEquals(
                    200,
                    http.get("/metrics", "Authorization", basic("reader", "read-password"))
                            .statusCode());
        }
    }

    /** A scrape every second is no calculation every second. */
    @Test
    void aRightPasswordIsCheckedOnce() throws Exception {
        try (HttpFixture http = HttpFixture.ofUsers(HttpFixture.reader(dir.resolve("users")))) {
            String right = basic("reader", "read-password");
            assertEquals(200, http.get("/metrics", "Authorization", right).statusCode());
            long begin = System.nanoTime();
            for (int i = 0; i < 200; i++) {
                assertEquals(200, http.get("/metrics", "Authorization", right).statusCode());
            }
            long each = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begin) / 200;
            assertTrue(each < 20_000, "an answer takes as long as a check: " + each + " us");
            assertEquals(201, http.gate.allowed());
        }
    }

    @Test
    void anAddressGetsItsAttemptsBackInTime() {
        LoginAttempts attempts = new LoginAttempts();
        long now = Long.MAX_VALUE - 5;
        for (int i = 0; i < LoginAttempts.BURST; i++) {
            assertTrue(attempts.take("192.0.2.1", now));
        }
        assertEquals(false, attempts.take("192.0.2.1", now));
        assertTrue(attempts.take("192.0.2.2", now));
        long later = now + TimeUnit.SECONDS.toNanos(LoginAttempts.SECONDS);
        assertTrue(attempts.take("192.0.2.1", later));
        assertEquals(false, attempts.take("192.0.2.1", later));
        attempts.giveBack("192.0.2.1");
        assertTrue(attempts.take("192.0.2.1", later));
        // All of one network of 64 bits count as one.
        for (int i = 0; i < LoginAttempts.BURST; i++) {
            assertTrue(attempts.take("2001:db8:0:1:0:0:0:" + i, now));
        }
        assertEquals(false, attempts.take("2001:db8:0:1:ffff:0:0:1", now));
        assertTrue(attempts.take("2001:db8:0:2:0:0:0:1", now));
        for (int i = 0; i < 5_000; i++) {
            assertTrue(attempts.take("host" + i, now));
        }
        assertTrue(attempts.size() <= 1_024);
    }

    @Test
    void aPasswordMayHaveColonsAndAnyBytes() {
        BasicLogin login = BasicLogin.parse(basic("ann", "a:b:ü"));
        assertEquals("ann", login == null ? "" : login.name());
        assertEquals("a:b:ü", login == null ? "" : new String(login.password(), StandardCharsets.UTF_8));
        assertEquals("login of ann", String.valueOf(login));
    }
}
