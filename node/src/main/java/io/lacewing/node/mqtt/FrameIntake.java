package io.lacewing.node.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Counts the bytes that come on a WebSocket: Netty keeps them until a frame is whole, and a frame may be as long as a packet. Each
 * frame, a ping too, sets the count back, also where the beginning of the next one is behind it; so up to one read of it is not
 * counted.
 */
final class FrameIntake extends ChannelInboundHandlerAdapter {
    private final Wire wire;
    private final Loop loop;
    private long unframed;
    private boolean framed;

    FrameIntake(Wire wire, Loop loop) {
        this.wire = wire;
        this.loop = loop;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        int bytes = message instanceof ByteBuf buffer ? buffer.readableBytes() : 0;
        ctx.fireChannelRead(message);
        if (wire.isOpen()) {
            read(bytes);
        }
    }

    /** So many bytes came: the beginning of a frame, unless one has come whole with them. */
    private void read(int bytes) {
        if (!framed) {
            unframed += bytes;
            loop.holding().kept(wire);
        }
        framed = false;
    }

    /** A frame has come whole, of whatever kind. */
    void framed() {
        unframed = 0;
        framed = true;
    }

    /** The bytes of a frame that is begun. */
    long unframed() {
        return unframed;
    }

    /** Nothing more comes of the frame that is begun. */
    void closed() {
        unframed = 0;
    }
}
