package io.lacewing.node.mqtt;

import io.lacewing.node.mqtt.entrance.ListenerEntrance;
import io.lacewing.node.mqtt.entrance.NodeEntrance;
import io.lacewing.node.overload.Overload;
import io.vertx.core.net.ServerSSLOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a listener listens. Not to be changed after the listener was made. */
public final class ListenerOptions {
    /** The transports. */
    public enum Type {
        TCP,
        WEBSOCKET
    }

    /** The longest packet by default, in bytes: the whole packet with its fixed header. */
    public static final int DEFAULT_MAX_PACKET_SIZE = 1024 * 1024;

    /** How long a client may take for its CONNECT by default. */
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** How many topic aliases a client may use by default. */
    public static final int DEFAULT_TOPIC_ALIAS_MAXIMUM = 32;

    /** How many user properties a packet may have by default. */
    public static final int DEFAULT_MAX_USER_PROPERTIES = 100;

    /**
     * How many connections of one event loop may linger by default: what is closed with no more than 1,000 in a second is
     * closed gently, and each costs no more than its socket.
     */
    public static final int DEFAULT_MAX_LINGERING = 1024;

    private String name = "tcp";
    private Type type = Type.TCP;
    private String host = "0.0.0.0";
    private int port = 1883;
    private String path = "/mqtt";
    private int maxPacketSize = DEFAULT_MAX_PACKET_SIZE;
    private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;
    private int topicAliasMaximum = DEFAULT_TOPIC_ALIAS_MAXIMUM;
    private int outgoingTopicAliasMaximum = DEFAULT_TOPIC_ALIAS_MAXIMUM;
    private int maxUserProperties = DEFAULT_MAX_USER_PROPERTIES;
    private int eventLoops = 1;
    private int maxLingering = DEFAULT_MAX_LINGERING;
    private @Nullable ServerSSLOptions tls;
    private ListenerEntrance entrance = new ListenerEntrance("tcp", ListenerEntrance.Rules.NONE, NodeEntrance.open());
    private Overload overload = Overload.none();

    /** The name that logs, metrics and {@link Endpoint#listener} use. */
    public String name() {
        return name;
    }

    public ListenerOptions name(String value) {
        name = value;
        return this;
    }

    public Type type() {
        return type;
    }

    public ListenerOptions type(Type value) {
        type = value;
        return this;
    }

    /** The address to bind to. */
    public String host() {
        return host;
    }

    public ListenerOptions host(String value) {
        host = value;
        return this;
    }

    /** The port to bind to; 0 for any free one. */
    public int port() {
        return port;
    }

    public ListenerOptions port(int value) {
        port = value;
        return this;
    }

    /** The path of a WebSocket listener. */
    public String path() {
        return path;
    }

    public ListenerOptions path(String value) {
        path = value;
        return this;
    }

    /** The longest packet that a client may send, in bytes [MQTT-3.2.2-15]. */
    public int maxPacketSize() {
        return maxPacketSize;
    }

    public ListenerOptions maxPacketSize(int value) {
        maxPacketSize = value;
        return this;
    }

    /** How long a connection may last without a CONNECT; begins behind the handshake of TLS, which has its own time. */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    public ListenerOptions connectTimeout(Duration value) {
        connectTimeout = value;
        return this;
    }

    /** The highest topic alias that a client may use, 0 for none [MQTT-3.2.2-17]. */
    public int topicAliasMaximum() {
        return topicAliasMaximum;
    }

    public ListenerOptions topicAliasMaximum(int value) {
        topicAliasMaximum = value;
        return this;
    }

    /** How many user properties a packet may have; those of a will count by themselves. */
    public int maxUserProperties() {
        return maxUserProperties;
    }

    public ListenerOptions maxUserProperties(int value) {
        maxUserProperties = value;
        return this;
    }

    /** How many topic aliases the server uses at most towards a client that allows them. */
    public int outgoingTopicAliasMaximum() {
        return outgoingTopicAliasMaximum;
    }

    public ListenerOptions outgoingTopicAliasMaximum(int value) {
        outgoingTopicAliasMaximum = value;
        return this;
    }

    /** How many connections of one event loop, closed by the server, may give their client the time to read why. */
    public int maxLingering() {
        return maxLingering;
    }

    public ListenerOptions maxLingering(int value) {
        maxLingering = value;
        return this;
    }

    /** What TLS needs; null for a listener without it. {@link MqttListener#updateTls} changes it later. */
    public @Nullable ServerSSLOptions tls() {
        return tls;
    }

    public ListenerOptions tls(@Nullable ServerSSLOptions value) {
        tls = value;
        return this;
    }

    /** Who may connect, and how many and how fast; without bounds if it is not set. */
    public ListenerEntrance entrance() {
        return entrance;
    }

    public ListenerOptions entrance(ListenerEntrance value) {
        entrance = value;
        return this;
    }

    /** What bounds the network buffers of all connections of the node together; no bound by default. */
    public Overload overload() {
        return overload;
    }

    public ListenerOptions overload(Overload value) {
        overload = value;
        return this;
    }

    /** On how many event loops the connections live. */
    public int eventLoops() {
        return eventLoops;
    }

    public ListenerOptions eventLoops(int value) {
        eventLoops = value;
        return this;
    }
}
