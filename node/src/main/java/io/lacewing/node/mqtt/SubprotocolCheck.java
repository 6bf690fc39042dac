package io.lacewing.node.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the subprotocol of a WebSocket: {@code mqtt} wherever the client offers it, also behind others
 * [MQTT-6.0.0-4]. A client that does not [MQTT-6.0.0-3] is answered 400, as no name that could be returned is right.
 * The exception is {@code mqttv3.1}, by which clients of MQTT 3.1 come, that has no rules for WebSocket; {@link Wire} sees
 * to it that nobody else does.
 */
final class SubprotocolCheck extends ChannelInboundHandlerAdapter {
    /** The subprotocol of MQTT 3.1.1 and 5. */
    static final String MQTT = "mqtt";

    /** What clients of MQTT 3.1 offer. */
    static final String MQTT_V31 = "mqttv3.1";

    private final String path;

    /** Looks at requests whose path starts with {@code path}; others are not for WebSockets. */
    SubprotocolCheck(String path) {
        this.path = path;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof FullHttpRequest request && request.uri().startsWith(path)) {
            String chosen = choose(request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL));
            if (chosen == null) {
                request.release();
                refuse(ctx);
                return;
            }
            request.headers().set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, chosen);
            ctx.fireChannelRead(message);
            ctx.pipeline().remove(this);
            return;
        }
        ctx.fireChannelRead(message);
    }

    /** The best of the names in all headers of a request, each a list; null if there is none that we speak. */
    private static @Nullable String choose(List<String> headers) {
        List<String> offered = new ArrayList<>();
        for (String header : headers) {
            for (String name : header.split(",", -1)) {
                offered.add(name.strip());
            }
        }
        return offered.contains(MQTT) ? MQTT : offered.contains(MQTT_V31) ? MQTT_V31 : null;
    }

    private static void refuse(ChannelHandlerContext ctx) {
        ByteBuf why = ByteBufUtil.writeAscii(ctx.alloc(), "Sec-WebSocket-Protocol must offer mqtt\n");
        DefaultFullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.BAD_REQUEST, why);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.TEXT_PLAIN)
                .set(HttpHeaderNames.CONTENT_LENGTH, why.readableBytes())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }
}
