package io.lacewing.node.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.config.HttpAccess;
import io.lacewing.node.config.HttpConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpEndpointTest {
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Readiness readiness = new Readiness();
    private final List<AutoCloseable> closing = new ArrayList<>();

    @TempDir
    private Path dir = Path.of("");

    @AfterEach
    void stop() throws Exception {
        client.close();
        await(vertx.close());
        for (AutoCloseable each : closing) {
            each.close();
        }
    }

    @Test
    void aliveAsLongAsItAnswers() throws Exception {
        HttpResponse<String> response = request(start(() -> ""), "GET", "/health/live");
        assertEquals(200, response.statusCode());
        assertEquals("application/json", header(response, "content-type"));
        assertEquals("live", new JsonObject(response.body()).getString("status"));
    }

    @Test
    void readyWhenNoConditionObjects() throws Exception {
        AtomicBoolean joined = new AtomicBoolean();
        readiness.require("start", () -> null);
        readiness.require("cluster", () -> joined.get() ? null : "2 of 3 nodes");
        int port = start(() -> "");

        HttpResponse<String> waiting = request(port, "GET", "/health/ready");
        assertEquals(503, waiting.statusCode());
        assertEquals(
                new JsonObject("{\"status\":\"not ready\",\"waitingFor\":{\"cluster\":\"2 of 3 nodes\"}}"),
                new JsonObject(waiting.body()));

        joined.set(true);
        HttpResponse<String> ready = request(port, "GET", "/health/ready");
        assertEquals(200, ready.statusCode());
        assertEquals("ready", new JsonObject(ready.body()).getString("status"));
    }

    @Test
    void metricsAreRenderedOffTheEventLoopAndOnceForAllWhoWait() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch rendering = new CountDownLatch(1);
        AtomicInteger renderings = new AtomicInteger();
        AtomicBoolean onEventLoop = new AtomicBoolean();
        int port = start(() -> {
            onEventLoop.set(io.vertx.core.Context.isOnEventLoopThread());
            rendering.countDown();
            assertTrue(awaitQuietly(release));
            return "rendering " + renderings.incrementAndGet() + "\n";
        });

        CompletableFuture<HttpResponse<String>> first = send(port, "/metrics");
        assertTrue(rendering.await(10, TimeUnit.SECONDS));
        CompletableFuture<HttpResponse<String>> second = send(port, "/metrics");
        // The endpoint answers others meanwhile; when it does, the second request has been taken or comes just after.
        assertEquals(200, request(port, "GET", "/health/live").statusCode());
        release.countDown();

        assertEquals("rendering 1\n", first.get(10, TimeUnit.SECONDS).body());
        assertTrue(second.get(10, TimeUnit.SECONDS).body().startsWith("rendering "));
        assertEquals("text/plain; version=0.0.4; charset=utf-8", header(first.get(), "content-type"));
        assertFalse(onEventLoop.get());
    }

    @Test
    void aFailedRenderingIsAnErrorAndTheNextOneIsTriedAgain() throws Exception {
        AtomicBoolean broken = new AtomicBoolean(true);
        int port = start(() -> {
            if (broken.get()) {
                throw new IllegalStateException("broken for this test");
            }
            return "fine";
        });
        HttpResponse<String> failed = request(port, "GET", "/metrics");
        assertEquals(500, failed.statusCode());
        assertTrue(new JsonObject(failed.body()).containsKey("error"));
        broken.set(false);
        assertEquals("fine", request(port, "GET", "/metrics").body());
    }

    @Test
    void otherPathsAndMethodsAreRefusedAsJson() throws Exception {
        int port = start(() -> "");
        HttpResponse<String> missing = request(port, "GET", "/nothing");
        assertEquals(404, missing.statusCode());
        assertTrue(new JsonObject(missing.body()).containsKey("error"));
        HttpResponse<String> posted = request(port, "POST", "/metrics");
        assertEquals(405, posted.statusCode());
        assertEquals("GET, HEAD", header(posted, "allow"));
    }

    @Test
    void headHasTheHeadersWithoutTheBody() throws Exception {
        HttpResponse<String> response = request(start(() -> "four"), "HEAD", "/metrics?x=1");
        assertEquals(200, response.statusCode());
        assertEquals("4", header(response, "content-length"));
        assertEquals("", response.body());
    }

    @Test
    void aPortInUseIsReported() throws Exception {
        int port = start(() -> "");
        Vertx other = Vertx.vertx();
        try {
            HttpEndpoint second = endpoint(other, port, () -> "");
            ExecutionException failure = assertThrows(ExecutionException.class, () -> await(second.start()));
            assertInstanceOf(BindException.class, failure.getCause());
        } finally {
            await(other.close());
        }
    }

    private int start(Supplier<String> scrape) throws Exception {
        HttpEndpoint endpoint = endpoint(vertx, 0, scrape);
        await(endpoint.start());
        return endpoint.port();
    }

    private HttpEndpoint endpoint(Vertx on, int port, Supplier<String> scrape) throws Exception {
        HttpConfig config = new HttpConfig(true, "127.0.0.1", port, HttpAccess.OPEN, HttpAccess.OPEN, null, null);
        SecureRandom random = new SecureRandom();
        AdminUsers users = AdminUsers.open(dir.resolve("users"), true, random);
        closing.add(users);
        Gate gate = new Gate(config, "token", users, random, System::nanoTime);
        closing.add(gate);
        return new HttpEndpoint(
                on,
                config,
                null,
                new HttpEndpoint.Content(
                        gate,
                        users,
                        readiness,
                        new HttpEndpoint.Scrape(scrape, "text/plain; version=0.0.4; charset=utf-8"),
                        told -> {}));
    }

    private HttpResponse<String> request(int port, String method, String path)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private CompletableFuture<HttpResponse<String>> send(int port, String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private static boolean awaitQuietly(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static <T> void await(Future<T> future) throws Exception {
        future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
