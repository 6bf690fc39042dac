package io.lacewing.node.mqtt.entrance;

import java.util.Locale;

/** Why a connection was closed before its CONNECT was read. */
public enum Refusal {
    /** Its address is not in the listener's networks. */
    NETWORK("its address is not let in here"),
    /** The node's {@link Door} is closed to its address. */
    BANNED("its address is banned"),
    /** Its address has all the connections that it may have. */
    ADDRESS_LIMIT("its address has limits.maxConnectionsPerAddress connections"),
    /** The listener has all the connections that it may have. */
    LISTENER_LIMIT("the listener has its maxConnections"),
    /** The listener takes no more new connections in this second. */
    LISTENER_RATE("connections come faster than the listener's connectRate"),
    /** The node takes no more new connections in this second. */
    NODE_RATE("connections come faster than limits.connectRate"),
    /** The node has too much to do; so many as can be told so in this second were taken. */
    OVERLOAD("the node is overloaded"),
    /** Too many wait for their CONNECT. */
    PENDING("limits.maxPendingConnections connections have sent no CONNECT yet"),
    /** It comes by a listener for proxies and is none that is trusted. */
    UNTRUSTED_PROXY("it is not in proxyProtocol.trusted"),
    /** Its header of the PROXY protocol is missing, broken or late. */
    PROXY_HEADER("it has sent no valid header of the PROXY protocol");

    private final String words;

    Refusal(String words) {
        this.words = words;
    }

    /** The reason, for people. */
    public String words() {
        return words;
    }

    /** The name, as metrics show it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
