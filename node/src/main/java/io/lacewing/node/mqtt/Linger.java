package io.lacewing.node.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The end of a connection that the server closes while the client may still be sending. A socket that is closed with
 * input unread is reset by the operating system, and with that the client may lose our last words: the CONNACK or
 * DISCONNECT that tells it why (4.13). So our direction is closed behind them, and what comes is read and thrown
 * away until the client closes too, or has sent {@link #MAX_BYTES}, or {@link #MILLIS} have gone by.
 *
 * <p>Stands in front of all other handlers, which see nothing more of the client but the end of the channel. For the
 * broker the connection is closed already.
 */
final class Linger extends ChannelInboundHandlerAdapter {
    /** More than a client has on its way, as a rule; a client that goes on sending does not listen. */
    static final int MAX_BYTES = 1024 * 1024;

    /** A few round trips of a slow network. */
    static final long MILLIS = 1_000;

    private final Loop loop;
    private final ChannelFuture lastWords;
    private @Nullable Future<?> timer;
    private int thrownAway;
    private boolean said;
    private boolean ended;

    private Linger(Loop loop, ChannelFuture lastWords) {
        this.loop = loop;
        this.lastWords = lastWords;
    }

    /** Closes the channel of {@code ctx} as above, after {@code lastWords}; the loop has a place for it. */
    static void after(ChannelFuture lastWords, Loop loop, ChannelHandlerContext ctx) {
        ctx.pipeline().addFirst(new Linger(loop, lastWords));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        loop.lingers();
        closeAfter(ctx, TimeUnit.SECONDS.toMillis(Outflow.CLOSE_SECONDS));
        ctx.channel().config().setAutoRead(true);
        // In a turn of its own: not in the middle of the flush that the words go out with.
        lastWords.addListener(written -> loop.eventLoop().execute(() -> said(ctx, lastWords.isSuccess())));
    }

    private void said(ChannelHandlerContext ctx, boolean sent) {
        said = true;
        if (sent && !ended && ctx.channel() instanceof DuplexChannel duplex && duplex.isActive()) {
            closeAfter(ctx, MILLIS);
            closeOutput(ctx, duplex);
        } else {
            close(ctx);
        }
    }

    /** On TLS the end is a message of its own, without which a client may take it for an attack (RFC 8446, 6.1). */
    private static void closeOutput(ChannelHandlerContext ctx, DuplexChannel duplex) {
        SslHandler ssl = ctx.pipeline().get(SslHandler.class);
        if (ssl == null) {
            end(duplex);
        } else {
            ssl.closeOutbound().addListener(sent -> end(duplex));
        }
    }

    private static void end(DuplexChannel duplex) {
        var unused = duplex.shutdownOutput();
    }

    private void closeAfter(ChannelHandlerContext ctx, long millis) {
        cancelTimer();
        timer = ctx.executor().schedule(() -> close(ctx), millis, TimeUnit.MILLISECONDS);
    }

    private void cancelTimer() {
        Future<?> running = timer;
        timer = null;
        if (running != null) {
            running.cancel(false);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf bytes) {
            thrownAway += bytes.readableBytes();
        }
        ReferenceCountUtil.release(message);
        if (thrownAway > MAX_BYTES) {
            close(ctx);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event != ChannelInputShutdownEvent.INSTANCE) {
            ctx.fireUserEventTriggered(event);
            return;
        }
        ended = true;
        if (said) {
            close(ctx);
        }
    }

    private static void close(ChannelHandlerContext ctx) {
        var unused = ctx.close();
    }

    /** Also at the end of the channel. */
    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        cancelTimer();
        loop.lingered();
    }
}
