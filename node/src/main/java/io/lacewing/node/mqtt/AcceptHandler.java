package io.lacewing.node.mqtt;

import io.lacewing.node.mqtt.entrance.ListenerEntrance;
import io.lacewing.node.overload.Overload;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Stands in the pipeline of the listening socket, before the handler that gives each new connection to an event loop. What the
 * entrance refuses is closed here: it gets no event loop, no handshake of TLS and no word. It is reset, so that the operating
 * system forgets it at once as well.
 */
@ChannelHandler.Sharable
final class AcceptHandler extends ChannelInboundHandlerAdapter {
    private final ListenerEntrance entrance;
    private final Overload overload;
    private final Duration connectTimeout;

    AcceptHandler(ListenerEntrance entrance, Overload overload, Duration connectTimeout) {
        this.entrance = entrance;
        this.overload = overload;
        this.connectTimeout = connectTimeout;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        Channel child = (Channel) message;
        if (!(child.remoteAddress() instanceof InetSocketAddress peer)) {
            reset(child); // It has gone already.
            return;
        }
        Arrival arrival = new Arrival(entrance, child);
        try {
            if (!entrance.arrive(arrival, peer.getAddress(), System.nanoTime(), overload.refuses())) {
                reset(child);
                return;
            }
        } catch (RuntimeException | Error e) {
            arrival.left();
            reset(child);
            throw e;
        }
        child.closeFuture().addListener(arrival);
        if (entrance.isForProxies()) {
            child.pipeline().addLast(new ProxyHeader(), new ProxiedArrival(entrance, arrival, connectTimeout));
        }
        child.pipeline().addLast(new FirstBytes(arrival));
        ctx.fireChannelRead(message);
    }

    private static void reset(Channel child) {
        child.config().setOption(ChannelOption.SO_LINGER, 0);
        child.unsafe().closeForcibly();
    }
}
