package io.lacewing.node.config;

/** What a listener speaks below MQTT. */
public enum ListenerType {
    /** MQTT straight on TCP. */
    TCP("1883"),
    /** MQTT in WebSocket frames. */
    WS("8083"),
    /** MQTT on TLS. */
    TLS("8883"),
    /** MQTT in WebSocket frames on TLS. */
    WSS("8084");

    /** The port it has if none is configured. */
    final String defaultPort;

    ListenerType(String defaultPort) {
        this.defaultPort = defaultPort;
    }

    /** True if MQTT is in WebSocket frames. */
    public boolean isWebSocket() {
        return this == WS || this == WSS;
    }

    /** True if all is on TLS. */
    public boolean isSecure() {
        return this == TLS || this == WSS;
    }
}
