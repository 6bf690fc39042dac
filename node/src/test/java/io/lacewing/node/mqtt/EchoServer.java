package io.lacewing.node.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** A real listener on a free port, whose connections are run by the handler that a test gives. */
final class EchoServer implements AutoCloseable {
    private final Vertx vertx;
    private final MqttListener listener;
    private final int port;
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private @Nullable Future<Void> closing;

    /** A server of {@link Echo}s. */
    static EchoServer start(ListenerOptions options) {
        return start(options, Echo::new);
    }

    static EchoServer start(ListenerOptions options, BiFunction<EchoServer, Endpoint, Echo> handlers) {
        return new EchoServer(options, handlers, false);
    }

    /** The same on the system's own transport, where there is one. */
    static EchoServer startNative(ListenerOptions options, BiFunction<EchoServer, Endpoint, Echo> handlers) {
        return new EchoServer(options, handlers, true);
    }

    static ListenerOptions tcp() {
        return new ListenerOptions().host("127.0.0.1").port(0);
    }

    private EchoServer(
            ListenerOptions options, BiFunction<EchoServer, Endpoint, Echo> handlers, boolean nativeTransport) {
        vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(nativeTransport));
        listener = new MqttListener(vertx, options, (endpoint, connect) -> {
            Echo echo = handlers.apply(this, endpoint);
            echo.onConnect(connect);
            return echo;
        });
        port = await(listener.start());
    }

    int port() {
        return port;
    }

    MqttListener listener() {
        return listener;
    }

    Vertx vertx() {
        return vertx;
    }

    PacketCounts counts() {
        return listener.counts();
    }

    RawClient client() throws Exception {
        return new RawClient(port);
    }

    /** Notes what a handler saw. */
    void event(String what) {
        events.add(what);
    }

    /** The next thing that a handler saw is this. */
    void expectEvent(String what) throws InterruptedException {
        String next = events.poll(RawClient.TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        assertNotNull(next, "nothing happened, instead of " + what);
        assertEquals(what, next);
    }

    /** The next thing that a handler saw begins like this. */
    void expectEventOf(String kind) throws InterruptedException {
        String next = events.poll(RawClient.TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        assertTrue(next != null && next.startsWith(kind), next + " instead of " + kind);
    }

    void expectNoEvent() {
        assertEquals(null, events.peek());
    }

    /** Begins to close the listener. */
    void closeSoon() {
        closing = listener.close();
    }

    static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        await(closing == null ? listener.close() : closing);
        await(vertx.close());
    }
}
