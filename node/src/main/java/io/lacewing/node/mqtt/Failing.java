package io.lacewing.node.mqtt;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a connection ends at something that is not MQTT: what its client is told, and what the log. What breaks MQTT's own rules is
 * the {@link PacketDecoder}'s. On the connection's event loop.
 */
final class Failing {
    private static final Logger LOG = LoggerFactory.getLogger(Failing.class);

    private Failing() {}

    /** Something came that has no bytes of MQTT in it: a text frame [MQTT-6.0.0-1], or an HTTP request for another path. */
    static void unexpected(Wire wire, Object message) {
        if (message instanceof HttpObject) {
            wire.endpoint().notFound();
        } else if (message instanceof WebSocketFrame) {
            wire.fail(
                    PacketException.protocolError("WebSocket frame is not binary [MQTT-6.0.0-1]"),
                    WebSocketCloseStatus.INVALID_MESSAGE_TYPE);
        } else {
            throw new IllegalStateException("unexpected " + message.getClass().getName());
        }
    }

    /** A handler of the pipeline has thrown: the client's fault, the network's or ours. */
    static void caught(Wire wire, ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof CorruptedWebSocketFrameException corrupted && wire.isOpen()) {
            WebSocketCloseStatus status = corrupted.closeStatus();
            boolean tooLong = status.equals(WebSocketCloseStatus.MESSAGE_TOO_BIG);
            ReasonCode reason = tooLong ? ReasonCode.PACKET_TOO_LARGE : ReasonCode.PROTOCOL_ERROR;
            wire.fail(new PacketException(reason, "WebSocket: " + cause.getMessage()), status);
            return;
        }
        if (cause instanceof IOException || cause instanceof DecoderException) {
            LOG.debug("{}: {}", wire.endpoint().remoteAddress(), cause.toString());
        } else {
            LOG.warn("closing the connection of {}", wire.endpoint().remoteAddress(), cause);
            if (wire.isOpen() && !(cause instanceof Error)) {
                farewell(wire, ctx);
                return;
            }
        }
        close(wire, ctx);
    }

    private static void farewell(Wire wire, ChannelHandlerContext ctx) {
        try {
            wire.endpoint().disconnect(ReasonCode.UNSPECIFIED_ERROR, null, null);
        } catch (RuntimeException | Error e) {
            LOG.warn("without a word to {}", wire.endpoint().remoteAddress(), e);
            close(wire, ctx);
        }
    }

    private static void close(Wire wire, ChannelHandlerContext ctx) {
        wire.closing();
        var unused = ctx.close();
    }
}
