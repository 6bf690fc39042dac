package io.lacewing.node.mqtt;

import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection that has not sent its CONNECT in time, the WebSocket handshake included; however busy it is
 * with sending single bytes. (The handshake of TLS comes before, and has a time-out of its own.) Stands under the name of vertx-mqtt's own idle handler, which it takes away at the CONNECT; {@link FirstBytes} goes with it.
 */
final class ConnectDeadline extends ChannelHandlerAdapter {
    private final Duration timeout;
    private @Nullable Future<?> timer;

    ConnectDeadline(Duration timeout) {
        this.timeout = timeout;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        Runnable close = () -> {
            var unused = ctx.channel().close();
        };
        timer = ctx.executor().schedule(close, timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        Future<?> running = timer;
        if (running != null) {
            running.cancel(false);
        }
        if (ctx.pipeline().get(FirstBytes.class) != null) {
            ctx.pipeline().remove(FirstBytes.class);
        }
    }
}
