package io.lacewing.node.mqtt;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Tells a connection's {@link Arrival} of the client's first bytes; taken away at its CONNECT, of which it tells too. */
final class FirstBytes extends ChannelInboundHandlerAdapter {
    private final Arrival arrival;
    private boolean heard;

    FirstBytes(Arrival arrival) {
        this.arrival = arrival;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!heard) {
            heard = true;
            arrival.heard();
        }
        ctx.fireChannelRead(message);
    }

    /** Also at the end of the channel. */
    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        arrival.connected();
    }
}
