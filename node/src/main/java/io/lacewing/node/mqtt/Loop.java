package io.lacewing.node.mqtt;

import io.netty.channel.EventLoop;
import io.vertx.core.internal.ContextInternal;
import io.vertx.mqtt.MqttEndpoint;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the connections of one listener on one event loop share. Used on that loop alone.
 *
 * <p>Its main work is the flush: a connection that was written to is put on the dirty list, and one task flushes all of
 * them. The task is queued behind what the loop has to do in this turn, so that a socket costs one system call per turn,
 * however many packets from however many connections went to it.
 */
final class Loop {
    private final ListenerOptions options;
    private final ConnectHandler connectHandler;
    private final ContextInternal context;
    private final Workbench bench;
    private final PacketCounts counts = new PacketCounts();
    private final Runnable flush = this::flush;
    private List<WireEndpoint> dirty = new ArrayList<>();
    private List<WireEndpoint> flushing = new ArrayList<>();
    private @Nullable Wire connecting;

    Loop(ListenerOptions options, ConnectHandler connectHandler, ContextInternal context) {
        this.options = options;
        this.connectHandler = connectHandler;
        this.context = context;
        this.bench = new Workbench(options.maxPacketSize(), options.topicAliasMaximum());
    }

    ListenerOptions options() {
        return options;
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

    PacketCounts counts() {
        return counts;
    }

    EventLoop eventLoop() {
        return context.nettyEventLoop();
    }

    /** Flushes the connection at the end of this turn. */
    void markDirty(WireEndpoint endpoint) {
        if (dirty.isEmpty()) {
            eventLoop().execute(flush);
        }
        dirty.add(endpoint);
    }

    private void flush() {
        List<WireEndpoint> now = dirty;
        dirty = flushing;
        flushing = now;
        for (int i = 0; i < now.size(); i++) {
            now.get(i).flush();
        }
        now.clear();
    }

    /** Gives a CONNECT to vertx-mqtt; the endpoint that it makes of it comes to {@link #connected} inside this call. */
    void connect(Wire wire, MqttSocket socket, Connect connect) {
        connecting = wire;
        socket.deliver(VertxMessages.of(connect));
        connecting = null;
    }

    /** vertx-mqtt made an endpoint of the CONNECT that it was given. */
    void connected(MqttEndpoint endpoint) {
        Wire wire = connecting;
        if (wire == null) {
            throw new IllegalStateException("vertx-mqtt made an endpoint without a CONNECT of ours");
        }
        wire.linked(endpoint);
    }
}
