package io.lacewing.node.mqtt;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.ServerSSLOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A port on which MQTT is spoken, over TCP or WebSocket, with or without TLS. Its connections live on {@link ListenerOptions#eventLoops} event
 * loops of the Vert.x instance, and stay on theirs.
 */
public final class MqttListener {
    private final Vertx vertx;
    private final ListenerOptions options;
    private final ConnectHandler connectHandler;
    private final List<ListenerVerticle> parts = new CopyOnWriteArrayList<>();
    private volatile String deployment = "";

    /** A listener that does nothing yet. */
    public MqttListener(Vertx vertx, ListenerOptions options, ConnectHandler connectHandler) {
        this.vertx = vertx;
        this.options = options;
        this.connectHandler = connectHandler;
    }

    /**
     * Starts to listen. Once.
     *
     * @return the port, which is the system's choice if {@link ListenerOptions#port} is 0; failed if it cannot be had
     */
    public Future<Integer> start() {
        // Vert.x takes a negative port as: any free one, the same for all that name this number.
        int port = options.port() != 0 || options.eventLoops() == 1
                ? options.port()
                : -1 - (System.identityHashCode(this) & 0x3FFF_FFFF);
        return vertx.deployVerticle(
                        () -> {
                            ListenerVerticle part = new ListenerVerticle(options, connectHandler, port);
                            parts.add(part);
                            return part;
                        },
                        new DeploymentOptions().setInstances(options.eventLoops()))
                .map(id -> {
                    deployment = id;
                    return parts.getFirst().actualPort();
                });
    }

    /**
     * Stops listening and closes all connections, without a word to them; those that linger over their last words get a
     * second for it before.
     */
    public Future<Void> close() {
        return deployment.isEmpty() ? Future.succeededFuture() : vertx.undeploy(deployment);
    }

    /**
     * Has new connections use {@code tls}; those that are open stay as they are. Only for a listener that has TLS and has
     * started. From any thread.
     *
     * @return failed if it can't be used; then what was there stays
     */
    public Future<Void> updateTls(ServerSSLOptions tls) {
        // The parts share a port, and with it the certificates.
        return parts.getFirst().updateTls(tls);
    }

    /** How many handshakes of TLS have failed, with those that a client broke off. From any thread. */
    public long failedHandshakes() {
        return parts.stream().mapToLong(ListenerVerticle::failedHandshakes).sum();
    }

    /** What went through so far, at this moment. From any thread. */
    public PacketCounts counts() {
        PacketCounts sum = new PacketCounts();
        for (ListenerVerticle part : parts) {
            PacketCounts counts = part.counts();
            if (counts != null) {
                sum.add(counts);
            }
        }
        return sum;
    }
}
