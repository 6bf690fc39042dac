package io.lacewing.node.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolException;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;

/**
 * Reads the header of the PROXY protocol, version 1 or 2, in front of all else on a connection, and then takes itself away. The
 * first byte that no header has there is an error at once: Netty's decoder would wait for more. A header may be {@link
 * #MAX_EXTENSIONS} bytes longer than its addresses.
 */
final class ProxyHeader extends HAProxyMessageDecoder {
    /** Room for what proxies tell of TLS, a certificate included. */
    static final int MAX_EXTENSIONS = 4096;

    private static final byte[] TEXT = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BINARY = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};

    private byte[] expected = TEXT;
    private int seen;
    private boolean wrong;

    ProxyHeader() {
        super(MAX_EXTENSIONS);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        if (wrong || (message instanceof ByteBuf bytes && !beginsRight(bytes))) {
            ReferenceCountUtil.release(message);
            if (!wrong) {
                wrong = true;
                ctx.fireExceptionCaught(new HAProxyProtocolException("not the beginning of a header"));
            }
            return;
        }
        super.channelRead(ctx, message);
    }

    private boolean beginsRight(ByteBuf bytes) {
        for (int i = bytes.readerIndex(); i < bytes.writerIndex() && seen < expected.length; i++) {
            byte next = bytes.getByte(i);
            if (seen == 0 && next == BINARY[0]) {
                expected = BINARY;
            }
            if (next != expected[seen]) {
                return false;
            }
            seen++;
        }
        return true;
    }
}
