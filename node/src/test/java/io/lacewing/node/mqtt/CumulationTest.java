package io.lacewing.node.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a slow packet costs while it comes. */
class CumulationTest {
    private static final int ANNOUNCED = 1024 * 1024;
    private static final int PIECES = 2_000;

    /** A client that says that a packet is long has not yet got the memory for it: there is as much as it has sent. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1000, 60_000})
    void memoryFollowsWhatHasCome(int piece) {
        Keeper keeper = new Keeper();
        EmbeddedChannel channel = new EmbeddedChannel(keeper);
        int bytes = 0;
        while (bytes < Math.min(ANNOUNCED / 2, PIECES * piece)) {
            // As Netty reads: into a buffer that is much larger than what comes.
            channel.writeInbound(Unpooled.buffer(64 * 1024).writeZero(piece));
            bytes += piece;
            ByteBuf kept = keeper.rest;
            assertTrue(kept != null && kept.readableBytes() == bytes, "not all was kept");
            assertTrue(kept.capacity() <= Math.max(64, 4 * bytes), kept.capacity() + " for " + bytes);
        }
        channel.finishAndReleaseAll();
        assertEquals(null, keeper.rest);
    }

    /** Keeps everything, as {@link Wire} does with a packet that is not whole. */
    private static final class Keeper extends ChannelInboundHandlerAdapter {
        private @Nullable ByteBuf rest;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            rest = Cumulation.keep(ctx, rest == null ? bytes : Cumulation.append(ctx, rest, bytes));
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (rest != null) {
                rest.release();
                rest = null;
            }
        }
    }
}
