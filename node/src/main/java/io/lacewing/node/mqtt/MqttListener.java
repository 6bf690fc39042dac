package io.lacewing.node.mqtt;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A port on which MQTT is spoken, over TCP or WebSocket. Its connections live on {@link ListenerOptions#eventLoops} event
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
