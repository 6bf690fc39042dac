package io.lacewing.node.mqtt;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.util.List;

/**
 * Netty's handler of WebSocket frames, which tells of each that it has come whole: also of those that Netty answers or drops by
 * itself, as pings are, so that nobody behind it sees them.
 */
final class FrameHandler extends WebSocketServerProtocolHandler {
    private final FrameIntake intake;

    FrameHandler(WebSocketServerProtocolConfig config, FrameIntake intake) {
        super(config);
        this.intake = intake;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, WebSocketFrame frame, List<Object> out) throws Exception {
        intake.framed();
        super.decode(ctx, frame, out);
    }
}
