package io.lacewing.node.clients;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A server of keys for tests, on this machine: answers what it is told to, or nothing. */
final class KeyServer implements AutoCloseable {
    /** What it answers. */
    record Answer(int status, byte[] body) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();
    private volatile Answer answer = new Answer(503, new byte[0]);
    private volatile byte[] elsewhere = new byte[0];
    private volatile boolean silent;

    KeyServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/keys", this::handle);
        server.createContext("/elsewhere", exchange -> send(exchange, new Answer(200, elsewhere)));
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        asked.incrementAndGet();
        try (exchange) {
            if (silent) {
                end.await();
            }
            Answer now = answer;
            if (now.status() / 100 == 3) {
                exchange.getResponseHeaders().add("Location", "/elsewhere");
            }
            send(exchange, now);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        exchange.sendResponseHeaders(answer.status(), 0);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(answer.body());
        }
    }

    /** What is found where redirects lead to. */
    void serveElsewhere(String... keys) {
        elsewhere = set(keys);
    }

    private static byte[] set(String... keys) {
        return ("{\"keys\":[" + String.join(",", keys) + "]}").getBytes(StandardCharsets.UTF_8);
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/keys";
    }

    /** How often it was asked. */
    int asked() {
        return asked.get();
    }

    /** Answers with these members of a set from now on. */
    void serve(String... keys) {
        answer(200, set(keys));
    }

    void answer(int status, byte[] body) {
        answer = new Answer(status, body);
    }

    /** Takes requests from now on and does not answer them. */
    void fallSilent() {
        silent = true;
    }

    @Override
    public void close() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
