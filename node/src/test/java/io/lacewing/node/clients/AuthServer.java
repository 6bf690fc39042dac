package io.lacewing.node.clients;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A service for tests that is asked who clients are, on this machine: answers what it is told to, or nothing. */
final class AuthServer implements AutoCloseable {
    /** What it was asked. */
    record Asked(String method, String type, @Nullable String header, String body) {}

    private record Answer(int status, String body, @Nullable String location) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger count = new AtomicInteger();
    private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
    private volatile Answer answer = new Answer(503, "", null);
    private volatile CountDownLatch silence = new CountDownLatch(0);

    /** Without TLS, on this port; 0: any. */
    AuthServer(int port) throws IOException {
        this(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0));
    }

    /** With TLS. */
    AuthServer(SSLContext tls) throws IOException {
        this(secured(tls));
    }

    private AuthServer(HttpServer server) {
        this.server = server;
        server.setExecutor(threads);
        server.createContext("/auth", this::handle);
        server.createContext("/elsewhere", exchange -> {
            count.addAndGet(1_000);
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
    }

    private static HttpServer secured(SSLContext tls) throws IOException {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return server;
    }

    private void handle(HttpExchange exchange) throws IOException {
        count.incrementAndGet();
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(new Asked(
                    exchange.getRequestMethod(),
                    String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")),
                    exchange.getRequestHeaders().getFirst("X-Secret"),
                    body));
            silence.await();
            Answer now = answer;
            if (now.location() != null) {
                exchange.getResponseHeaders().put("Location", List.of(now.location()));
            }
            byte[] bytes = now.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(now.status(), bytes.length == 0 ? -1 : bytes.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(bytes);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    String url() {
        return "http://127.0.0.1:" + port() + "/auth";
    }

    /** How often it was asked. */
    int count() {
        return count.get();
    }

    /** What it was asked, in its order. */
    BlockingQueue<Asked> asked() {
        return asked;
    }

    void answer(int status, String body) {
        answer = new Answer(status, body, null);
    }

    void redirect() {
        answer = new Answer(303, "", "http://127.0.0.1:" + port() + "/elsewhere");
    }

    /** Takes requests from now on and does not answer them, until it is told to speak. */
    void fallSilent() {
        silence = new CountDownLatch(1);
    }

    void speak() {
        silence.countDown();
    }

    /** Refuses connections from now on. */
    void goDown() {
        server.stop(0);
    }

    @Override
    public void close() {
        silence.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
