package io.lacewing.node.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/** How bytes are kept that are no whole packet yet, or may not be taken yet. */
final class Cumulation {
    /** Bytes that need less than a quarter of their buffer move to a smaller one. */
    private static final int WASTE = 4;

    private Cumulation() {}

    /** Both buffers in one; takes over both. */
    static ByteBuf append(ChannelHandlerContext ctx, ByteBuf rest, ByteBuf bytes) {
        ByteBuf whole = rest;
        if (rest.isReadOnly() || rest.refCnt() > 1 || rest.maxWritableBytes() < bytes.readableBytes()) {
            whole = ctx.alloc().buffer(rest.readableBytes() + bytes.readableBytes());
            whole.writeBytes(rest);
            rest.release();
        }
        whole.writeBytes(bytes);
        bytes.release();
        return whole;
    }

    /** What is left of a buffer, in as little memory as is cheap; null if nothing is left. Takes over the buffer. */
    static @Nullable ByteBuf keep(ChannelHandlerContext ctx, ByteBuf in) {
        if (!in.isReadable()) {
            in.release();
            return null;
        }
        if (in.readableBytes() < in.capacity() / WASTE) {
            ByteBuf smaller = ctx.alloc().buffer(in.readableBytes()).writeBytes(in);
            in.release();
            return smaller;
        }
        if (in.readerIndex() > 0) {
            in.discardReadBytes();
        }
        return in;
    }
}
