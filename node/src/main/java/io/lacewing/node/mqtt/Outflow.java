package io.lacewing.node.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The bytes on their way out of one connection. All packets are encoded into one pending buffer, so their order is the
 * order of the calls. The buffer is there from the first byte of a turn of the loop to the flush at its end; a connection
 * at rest has none.
 */
final class Outflow {
    private static final int FIRST_CAPACITY = 256;

    /** The pending buffer is handed to the channel at this size, so that the channel can say that it is too much. */
    private static final int MAX_PENDING = 64 * 1024;

    /** How long a client that does not read may hold up its own end. */
    static final long CLOSE_SECONDS = 5;

    private final Loop loop;
    private final ChannelHandlerContext ctx;
    private final Wire wire;
    private @Nullable ByteBuf pending;
    private boolean dirty;

    Outflow(Wire wire, Loop loop, ChannelHandlerContext ctx) {
        this.wire = wire;
        this.loop = loop;
        this.ctx = ctx;
    }

    /** The pending buffer, ready for so many bytes more; it takes more than that, but grows for it. */
    ByteBuf room(int bytes) {
        loop.holding().writing(bytes);
        ByteBuf out = pending;
        if (out != null && out.readableBytes() + bytes > MAX_PENDING) {
            handOn();
            out = null;
        }
        if (out == null) {
            out = ctx.alloc().directBuffer(Math.max(FIRST_CAPACITY, bytes));
            pending = out;
            flushLater();
        } else {
            // Now, or not at all: a packet of which half is written could not be taken back.
            out.ensureWritable(bytes);
        }
        return out;
    }

    private void flushLater() {
        if (!dirty) {
            dirty = true;
            loop.markDirty(this);
        }
    }

    /** Runs {@code then} when the operating system has taken all that is written now; never, if that fails. */
    void whenSent(Runnable then) {
        handOn();
        flushLater();
        ctx.write(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (written.isSuccess()) {
                then.run();
            }
        });
    }

    /** Sends bytes behind the pending ones, without copying them. */
    void append(byte[] bytes) {
        loop.holding().writing(bytes.length);
        handOn();
        write(Unpooled.wrappedBuffer(bytes));
    }

    /** Gives the pending bytes to the channel, which sends them with the next flush. */
    private void handOn() {
        ByteBuf bytes = pending;
        pending = null;
        if (bytes != null && bytes.isReadable()) {
            write(bytes);
        } else if (bytes != null) {
            // A packet was too long for the client, and taken back.
            bytes.release();
        }
    }

    private void write(ByteBuf bytes) {
        var unused = ctx.write(framed(bytes), ctx.voidPromise());
    }

    private Object framed(ByteBuf bytes) {
        return loop.isWebSocket() ? new BinaryWebSocketFrame(bytes) : bytes;
    }

    /** The end of a turn of the loop. */
    void flush() {
        dirty = false;
        handOn();
        ctx.flush();
        loop.holding().count(wire);
    }

    /** How many bytes the operating system has not taken yet. */
    long waiting() {
        ByteBuf out = pending;
        return (out == null ? 0 : out.readableBytes()) + unsent();
    }

    /** The part of {@link #waiting} that is from before this turn, or is too much for one. */
    long unsent() {
        ChannelOutboundBuffer queue = ctx.channel().unsafe().outboundBuffer();
        return queue == null ? 0 : queue.totalPendingWriteBytes();
    }

    /** Sends what is pending and closes the connection behind it. */
    void finish() {
        handOn();
        closeAfter(ctx.writeAndFlush(Unpooled.EMPTY_BUFFER));
    }

    /**
     * As {@link #finish}, for a client that may be sending: it gets the time to read what is pending. A WebSocket's Close
     * frame goes behind it.
     *
     * @return false if there was no place for one more that lingers, and the channel closes at once
     */
    boolean finishGently(WebSocketCloseStatus status) {
        handOn();
        return linger(ctx.writeAndFlush(loop.isWebSocket() ? new CloseWebSocketFrame(status) : Unpooled.EMPTY_BUFFER));
    }

    private boolean linger(ChannelFuture lastWords) {
        if (!loop.mayLinger()) {
            closeAfter(lastWords);
            return false;
        }
        Linger.after(lastWords, loop, ctx);
        return true;
    }

    /** Tells an HTTP client that there is no WebSocket where it looked for one, and closes as {@link #finishGently}. */
    boolean notFound() {
        return linger(ctx.writeAndFlush(new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.NOT_FOUND, Unpooled.EMPTY_BUFFER)));
    }

    /** Closes the connection at once; what is pending goes nowhere. */
    void abort() {
        drop();
        closeChannel();
    }

    private void closeAfter(ChannelFuture lastWrite) {
        if (lastWrite.isDone()) {
            closeChannel();
        } else {
            var impatience = ctx.executor().schedule(this::closeChannel, CLOSE_SECONDS, TimeUnit.SECONDS);
            lastWrite.addListener((ChannelFutureListener) written -> {
                impatience.cancel(false);
                closeChannel();
            });
        }
    }

    private void closeChannel() {
        var unused = ctx.close();
    }

    /** The channel is gone: what is pending goes nowhere. */
    void drop() {
        ByteBuf unsent = pending;
        pending = null;
        if (unsent != null) {
            unsent.release();
        }
    }
}
