package io.lacewing.node.config;

/** What a listener speaks below MQTT. */
public enum ListenerType {
    /** MQTT straight on TCP. */
    TCP,
    /** MQTT in WebSocket frames. */
    WS
}
