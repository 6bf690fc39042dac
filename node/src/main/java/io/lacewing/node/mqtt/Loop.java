package io.lacewing.node.mqtt;

import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.mqtt.MqttEndpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the connections of one listener on one event loop share. Used on that loop alone.
 *
 * <p>Its main work is the flush: a connection that was written to is put on the dirty list, and one task flushes all of
 * them. The task is queued behind what the loop has to do in this turn, so that a socket costs one system call per turn,
 * however many packets from however many connections went to it.
 */
final class Loop {
    private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

    private final ListenerOptions options;
    private final ConnectHandler connectHandler;
    private final ContextInternal context;
    private final Workbench bench;
    private final Holding holding;
    private final PacketCounts counts = new PacketCounts();
    private final Runnable flush = this::flush;
    private List<Outflow> dirty = new ArrayList<>();
    private List<Outflow> flushing = new ArrayList<>();
    private @Nullable VertxRoute connecting;
    private @Nullable Promise<Void> drained;
    private final AtomicLong failedHandshakes = new AtomicLong();
    private int lingering;

    Loop(ListenerOptions options, ConnectHandler connectHandler, ContextInternal context) {
        this.options = options;
        this.connectHandler = connectHandler;
        this.context = context;
        this.bench = new Workbench(options.maxPacketSize(), options.topicAliasMaximum(), options.maxUserProperties());
        this.holding = new Holding(options.overload(), context.nettyEventLoop());
    }

    ListenerOptions options() {
        return options;
    }

    boolean isWebSocket() {
        return options.type() == ListenerOptions.Type.WEBSOCKET;
    }

    ConnectHandler connectHandler() {
        return connectHandler;
    }

    ContextInternal context() {
        return context;
    }

    Workbench bench() {
        return bench;
    }

    /** What its connections have in network buffers. */
    Holding holding() {
        return holding;
    }

    PacketCounts counts() {
        return counts;
    }

    /** A connection ended before its handshake of TLS was done. */
    void handshakeFailed(Throwable why) {
        failedHandshakes.incrementAndGet();
        LOG.debug("listener {}: a handshake of TLS failed: {}", options.name(), why.toString());
    }

    /** Any thread. */
    long failedHandshakes() {
        return failedHandshakes.get();
    }

    EventLoop eventLoop() {
        return context.nettyEventLoop();
    }

    /** Flushes the connection at the end of this turn. */
    void markDirty(Outflow outflow) {
        if (dirty.isEmpty()) {
            eventLoop().execute(flush);
        }
        dirty.add(outflow);
    }

    private void flush() {
        List<Outflow> now = dirty;
        dirty = flushing;
        flushing = now;
        try {
            for (int i = 0; i < now.size(); i++) {
                flush(now.get(i));
            }
        } finally {
            now.clear();
            holding.flushed();
        }
    }

    /** One connection's failure is its own end, not that of the others' turn. */
    private static void flush(Outflow outflow) {
        try {
            outflow.flush();
        } catch (RuntimeException | Error e) {
            LOG.error("a connection could not be flushed, and is closed", e);
            outflow.abort();
        }
    }

    /** True if one more connection may {@link Linger}. */
    boolean mayLinger() {
        return lingering < options.maxLingering() && drained == null;
    }

    void lingers() {
        lingering++;
    }

    void lingered() {
        lingering--;
        if (lingering == 0 && drained != null) {
            drained.tryComplete();
        }
    }

    /** From now on no connection lingers; completes when those that do have ended, or have had the time for it. */
    Future<Void> drain() {
        Promise<Void> promise = Promise.promise();
        drained = promise;
        if (lingering == 0) {
            promise.complete();
        } else {
            context.owner().setTimer(Linger.MILLIS, id -> promise.tryComplete());
        }
        return promise.future();
    }

    /** Whose CONNECT vertx-mqtt is looking at: the endpoint that it makes comes inside that call. */
    void connecting(@Nullable VertxRoute route) {
        connecting = route;
    }

    /** vertx-mqtt made an endpoint of the CONNECT that it was given. */
    void connected(MqttEndpoint endpoint) {
        VertxRoute route = connecting;
        if (route == null) {
            throw new IllegalStateException("vertx-mqtt made an endpoint without a CONNECT of ours");
        }
        route.linked(endpoint);
    }
}
