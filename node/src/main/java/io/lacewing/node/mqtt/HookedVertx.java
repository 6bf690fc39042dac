package io.lacewing.node.mqtt;

import io.vertx.core.Handler;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.VertxWrapper;
import io.vertx.core.internal.net.NetServerInternal;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.function.BiConsumer;

/** A Vert.x whose TCP servers are ours, so that vertx-mqtt's connections run on {@link MqttSocket}. */
final class HookedVertx extends VertxWrapper {
    private final BiConsumer<NetSocket, Handler<NetSocket>> hook;

    /**
     * The {@code hook} is given each new connection's socket, and what vertx-mqtt would do with it.
     */
    HookedVertx(VertxInternal delegate, BiConsumer<NetSocket, Handler<NetSocket>> hook) {
        super(delegate);
        this.hook = hook;
    }

    @Override
    public NetServerInternal createNetServer(NetServerOptions options) {
        return new HookedNetServer(super.createNetServer(options), hook);
    }
}
