package io.lacewing.node.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Counts the bytes that come on a WebSocket: Netty keeps them until a frame is whole, and a frame may be as long as a packet. Each
 * frame with packets sets the count back, also where the beginning of the next one is behind it; so up to one read of it is not
 * counted, and pings are until the next frame with packets.
 */
final class FrameIntake extends ChannelInboundHandlerAdapter {
    private final Wire wire;

    FrameIntake(Wire wire) {
        this.wire = wire;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        int bytes = message instanceof ByteBuf buffer ? buffer.readableBytes() : 0;
        ctx.fireChannelRead(message);
        if (wire.isOpen()) {
            wire.endpoint().read(bytes);
        }
    }
}
