package io.lacewing.node.mqtt;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.net.NetServerInternal;
import io.vertx.core.internal.tls.ServerSslContextProvider;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrafficShapingOptions;
import io.vertx.core.spi.metrics.Metrics;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A Vert.x server that shows each connection to a hook before the connect handler; all else is the delegate's. */
final class HookedNetServer implements NetServerInternal {
    private final NetServerInternal delegate;
    private final BiConsumer<NetSocket, Handler<NetSocket>> hook;

    HookedNetServer(NetServerInternal delegate, BiConsumer<NetSocket, Handler<NetSocket>> hook) {
        this.delegate = delegate;
        this.hook = hook;
    }

    @Override
    public NetServerInternal connectHandler(@Nullable Handler<NetSocket> handler) {
        delegate.connectHandler(handler == null ? null : socket -> hook.accept(socket, handler));
        return this;
    }

    @Override
    public Handler<NetSocket> connectHandler() {
        return delegate.connectHandler();
    }

    @Override
    public NetServerInternal exceptionHandler(Handler<Throwable> handler) {
        delegate.exceptionHandler(handler);
        return this;
    }

    @Override
    public Future<NetServer> listen() {
        return delegate.listen().map(this);
    }

    @Override
    public Future<NetServer> listen(SocketAddress localAddress) {
        return delegate.listen(localAddress).map(this);
    }

    @Override
    public Future<NetServer> listen(ContextInternal context, SocketAddress localAddress) {
        return delegate.listen(context, localAddress).map(this);
    }

    @Override
    public Future<Void> shutdown(Duration timeout) {
        return delegate.shutdown(timeout);
    }

    @Override
    public int actualPort() {
        return delegate.actualPort();
    }

    @Override
    public boolean isClosed() {
        return delegate.isClosed();
    }

    @Override
    public ServerSslContextProvider sslContextProvider() {
        return delegate.sslContextProvider();
    }

    @Override
    public int sniEntrySize() {
        return delegate.sniEntrySize();
    }

    @Override
    public Future<Boolean> updateSSLOptions(ServerSSLOptions options, boolean force) {
        return delegate.updateSSLOptions(options, force);
    }

    @Override
    public Future<Boolean> updateTrafficShapingOptions(TrafficShapingOptions options) {
        return delegate.updateTrafficShapingOptions(options);
    }

    @Override
    public boolean isMetricsEnabled() {
        return delegate.isMetricsEnabled();
    }

    @Override
    public Metrics getMetrics() {
        return delegate.getMetrics();
    }
}
