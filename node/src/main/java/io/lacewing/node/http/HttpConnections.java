package io.lacewing.node.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.IdentityHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How many connections the endpoint has, and for how long: {@value #MAX} in all and {@value #MAX_OF_ONE} of one network
 * ({@link ConnectionSlots}), each with a time for its first request, for a request with its answer and for the next request. The
 * times count from their beginning, however many bytes come meanwhile, so that a client that sends slowly holds nothing for
 * long. Owned by the endpoint's event loop; counters may be read by any thread.
 */
final class HttpConnections {
    static final int MAX = 256;
    static final int MAX_OF_ONE = 32;
    private static final long LINGER_MILLIS = 1_000;

    /**
     * Milliseconds.
     *
     * @param first until the first request has come, with all its headers
     * @param request from there until it is answered
     * @param next until another one has come
     */
    record Times(long first, long request, long next) {
        /** Those who ask for metrics once a minute keep their connection. */
        static final Times USUAL = new Times(10_000, 30_000, 75_000);
    }

    private final Vertx vertx;
    private final Times times;
    private final ConnectionSlots<HttpConnection> slots = new ConnectionSlots<>(MAX, MAX_OF_ONE);

    /** The timer of each that has a slot. */
    private final IdentityHashMap<HttpConnection, Long> timers = new IdentityHashMap<>();

    private final AtomicLong count = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    HttpConnections(Vertx vertx, Times times) {
        this.vertx = vertx;
        this.times = times;
    }

    /** A connection is there; it has another one closed, or is closed itself, if there are too many. */
    void opened(HttpConnection connection) {
        HttpConnection out = slots.enter(connection, address(connection.remoteAddress()));
        if (out != null) {
            refused.incrementAndGet();
            forget(out);
            cut(out);
        }
        if (!connection.equals(out)) {
            connection.closeHandler(closed -> forget(connection));
            timers.put(connection, start(connection, times.first));
        }
        count.set(slots.size());
    }

    /** A request has come on this connection. */
    void begun(HttpConnection connection) {
        slots.begun(connection);
        wait(connection, times.request);
    }

    /** It was answered. */
    void answered(HttpConnection connection) {
        slots.answered(connection);
        wait(connection, times.next);
    }

    /** It was answered for the last time; what still comes is thrown away, so that the answer is not lost with it. */
    void answeredLast(HttpConnection connection) {
        slots.answered(connection);
        wait(connection, LINGER_MILLIS);
    }

    private void wait(HttpConnection connection, long millis) {
        timers.computeIfPresent(connection, (same, timer) -> {
            vertx.cancelTimer(timer);
            return start(connection, millis);
        });
    }

    private long start(HttpConnection connection, long millis) {
        return vertx.setTimer(millis, id -> cut(connection));
    }

    /**
     * Vert.x itself closes behind what is still to be written: whoever does not read would stay, and be answered on. There is no
     * other way past its handler than from that handler's own context.
     */
    private static void cut(HttpConnection connection) {
        if (connection instanceof ConnectionBase vertx) {
            var unused = vertx.channelHandlerContext().close();
        } else {
            var unused = connection.close();
        }
    }

    private void forget(HttpConnection connection) {
        Long timer = timers.remove(connection);
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
        slots.leave(connection);
        count.set(slots.size());
    }

    private static String address(@Nullable SocketAddress address) {
        String host = address == null ? null : address.hostAddress();
        return host == null ? "" : host;
    }

    /** Connections now. */
    long count() {
        return count.get();
    }

    /** Connections that were closed, as there were too many. */
    long refused() {
        return refused.get();
    }
}
