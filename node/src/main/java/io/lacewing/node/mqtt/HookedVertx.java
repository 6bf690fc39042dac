package io.lacewing.node.mqtt;

import io.netty.channel.ChannelHandler;
import io.vertx.core.Handler;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.VertxWrapper;
import io.vertx.core.internal.net.NetServerInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.tcp.NetServerBuilder;
import io.vertx.core.spi.transport.Transport;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A Vert.x whose TCP servers are ours, so that vertx-mqtt's connections run on {@link MqttSocket}. */
final class HookedVertx extends VertxWrapper {
    private final BiConsumer<NetSocket, Handler<NetSocket>> hook;
    private final Handler<Throwable> refused;
    private final Transport transport;
    private @Nullable NetServer server;

    /**
     * The {@code hook} is given each new connection's socket, and what vertx-mqtt would do with it; {@code refused} why one
     * became none; {@code accept} stands in the pipeline of the listening socket.
     */
    HookedVertx(
            VertxInternal delegate,
            ChannelHandler accept,
            BiConsumer<NetSocket, Handler<NetSocket>> hook,
            Handler<Throwable> refused) {
        super(delegate);
        this.transport = new HookedTransport(delegate.transport(), accept);
        this.hook = hook;
        this.refused = refused;
    }

    /** The server that vertx-mqtt has asked for; null before. */
    @Nullable
    NetServer server() {
        return server;
    }

    @Override
    public Transport transport() {
        return transport;
    }

    /** As the delegate makes it, but of this Vert.x, so that it asks our transport. */
    @Override
    public NetServerInternal createNetServer(NetServerOptions options) {
        NetServerInternal plain = new NetServerBuilder(this, options.copy()).build();
        NetServerInternal made = new HookedNetServer(plain, hook).exceptionHandler(refused);
        server = made;
        return made;
    }
}
