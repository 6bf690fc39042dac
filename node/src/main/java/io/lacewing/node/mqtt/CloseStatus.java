package io.lacewing.node.mqtt;

import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;

/** What a WebSocket's Close frame says of why MQTT ended (RFC 6455, 7.4.1). */
final class CloseStatus {
    private CloseStatus() {}

    /** The status nearest to a reason of the server's. */
    static WebSocketCloseStatus of(ReasonCode reason) {
        return switch (reason) {
            case MALFORMED_PACKET, PROTOCOL_ERROR -> WebSocketCloseStatus.PROTOCOL_ERROR;
            case PACKET_TOO_LARGE -> WebSocketCloseStatus.MESSAGE_TOO_BIG;
            case SERVER_SHUTTING_DOWN -> WebSocketCloseStatus.ENDPOINT_UNAVAILABLE;
            case UNSPECIFIED_ERROR, IMPLEMENTATION_SPECIFIC_ERROR -> WebSocketCloseStatus.INTERNAL_SERVER_ERROR;
            case SERVER_UNAVAILABLE, SERVER_BUSY -> WebSocketCloseStatus.TRY_AGAIN_LATER;
            default -> reason.isError() ? WebSocketCloseStatus.POLICY_VIOLATION : WebSocketCloseStatus.NORMAL_CLOSURE;
        };
    }
}
