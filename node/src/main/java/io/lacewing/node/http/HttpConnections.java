package io.lacewing.node.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How many connections the endpoint has, and for how long: {@value #MAX} in all and {@value #MAX_OF_ONE} of one address, each with
 * a time for its first request, for a request with its answer and for the next request. The times count from their beginning,
 * however many bytes come meanwhile, so that a client that sends slowly holds nothing for long. The bound of all does not hold
 * for this machine: others can't keep its commands out. Owned by the endpoint's event loop; counters may be read by any
 * thread.
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

    private static final class Patience {
        private final String address;
        private long timer = -1;

        Patience(String address) {
            this.address = address;
        }
    }

    private final Vertx vertx;
    private final Times times;
    private final IdentityHashMap<HttpConnection, Patience> open = new IdentityHashMap<>();
    private final Map<String, Integer> byAddress = new HashMap<>();
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    HttpConnections(Vertx vertx, Times times) {
        this.vertx = vertx;
        this.times = times;
    }

    /** A connection is there; it is closed at once if there are too many. */
    void opened(HttpConnection connection) {
        String address = address(connection.remoteAddress());
        int same = byAddress.getOrDefault(address, 0);
        boolean full = open.size() >= MAX && !RequestRules.isLoopback(address);
        if (same >= MAX_OF_ONE || full) {
            refused.incrementAndGet();
            cut(connection);
            return;
        }
        Patience patience = new Patience(address);
        open.put(connection, patience);
        byAddress.put(address, same + 1);
        count.incrementAndGet();
        connection.closeHandler(closed -> closed(connection));
        wait(connection, patience, times.first);
    }

    /** A request has come on this connection. */
    void begun(HttpConnection connection) {
        wait(connection, open.get(connection), times.request);
    }

    /** It was answered. */
    void answered(HttpConnection connection) {
        wait(connection, open.get(connection), times.next);
    }

    /** It was answered for the last time; what still comes is thrown away, so that the answer is not lost with it. */
    void answeredLast(HttpConnection connection) {
        wait(connection, open.get(connection), LINGER_MILLIS);
    }

    private void wait(HttpConnection connection, @Nullable Patience patience, long millis) {
        if (patience != null) {
            vertx.cancelTimer(patience.timer);
            patience.timer = vertx.setTimer(millis, id -> cut(connection));
        }
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

    private void closed(HttpConnection connection) {
        Patience patience = open.remove(connection);
        if (patience != null) {
            vertx.cancelTimer(patience.timer);
            count.decrementAndGet();
            byAddress.computeIfPresent(patience.address, (address, same) -> same == 1 ? null : same - 1);
        }
    }

    private static String address(@Nullable SocketAddress address) {
        String host = address == null ? null : address.hostAddress();
        return host == null ? "" : host;
    }

    /** Connections now. */
    long count() {
        return count.get();
    }

    /** Connections that were refused, as there were too many. */
    long refused() {
        return refused.get();
    }
}
