package io.lacewing.node.mqtt;

import io.lacewing.node.mqtt.entrance.ListenerEntrance;
import io.lacewing.node.mqtt.entrance.Refusal;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits behind {@link ProxyHeader} for what a proxy says of its client, has the entrance judge that client, and goes. Without a
 * valid header in time, or if the client is refused, it closes the connection, and nobody behind it sees a byte.
 */
final class ProxiedArrival extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(ProxiedArrival.class);

    private final ListenerEntrance entrance;
    private final Arrival arrival;
    private final Duration timeout;
    private @Nullable Future<?> timer;
    private boolean refused;

    ProxiedArrival(ListenerEntrance entrance, Arrival arrival, Duration timeout) {
        this.entrance = entrance;
        this.arrival = arrival;
        this.timeout = timeout;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        timer = ctx.executor()
                .schedule(() -> bad(ctx, "it did not come in time"), timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Also at the end of the channel. */
    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        Future<?> running = timer;
        if (running != null) {
            running.cancel(false);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (!refused && message instanceof HAProxyMessage header) {
                take(ctx, header);
            }
        } finally {
            // Behind a header that is refused its rest comes by.
            ReferenceCountUtil.release(message);
        }
    }

    private void take(ChannelHandlerContext ctx, HAProxyMessage header) {
        InetAddress peer = peer(ctx).getAddress();
        ProxiedClient client = ProxiedClient.of(header, peer);
        if (!entrance.identified(
                arrival, client == null ? peer : client.address().getAddress())) {
            refused = true;
            var unused = ctx.close();
            return;
        }
        if (client != null) {
            client.keepWith(ctx.channel());
        }
        ctx.pipeline().remove(this);
    }

    private static InetSocketAddress peer(ChannelHandlerContext ctx) {
        return (InetSocketAddress) ctx.channel().remoteAddress();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        bad(ctx, String.valueOf(cause.getMessage()));
    }

    private void bad(ChannelHandlerContext ctx, String why) {
        if (!refused) {
            refused = true;
            LOG.debug("{}: bad header of the PROXY protocol: {}", ctx.channel().remoteAddress(), why);
            entrance.refuse(Refusal.PROXY_HEADER, peer(ctx).getAddress().getHostAddress());
        }
        var unused = ctx.close();
    }
}
