package io.lacewing.node.mqtt;

import io.lacewing.router.Qos;
import io.vertx.core.Context;
import io.vertx.core.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One client's network connection. Owned by the event loop of {@link #context}: every method is called there and
 * nowhere else. Bytes leave in the order of the calls, once per turn of the loop. On a closed connection the methods that
 * send do nothing. An answer that is longer than the client's Maximum Packet Size ends the connection instead, with 0x95: it
 * must not be sent, and the client would wait for it for ever.
 */
public interface Endpoint {

    /** {@link #publish} did not send: the packet is longer than the client's Maximum Packet Size [MQTT-3.1.2-24]. */
    int TOO_LARGE = -1;

    /** {@link #publish} did not send: the connection is closed. */
    int CLOSED = 0;

    /**
     * False if the CONNACK is longer than the client's Maximum Packet Size, even without what it can do without: then the
     * client can only be refused [MQTT-3.1.2-24].
     */
    boolean takes(Connack connack);

    /** Sends the CONNACK and lets the packets through that were held back. Once, and not after {@link #refuse}. */
    void accept(Connack connack);

    /**
     * Refuses the CONNECT and closes: with {@code reason} for v5, with the return code that is nearest for MQTT 3, or
     * without a word if there is none.
     */
    void refuse(ReasonCode reason, @Nullable String reasonString);

    /** As {@link #refuse(ReasonCode, String)}, telling a v5 client of another server (4.13). */
    void refuse(ReasonCode reason, @Nullable String reasonString, @Nullable String serverReference);

    /**
     * Sends a PUBLISH.
     *
     * @param message what is sent; the same object for all receivers of one message
     * @param packetId 1 to 65,535; 0 at QoS 0
     * @param qos the level of this delivery
     * @param dup true if it was sent before [MQTT-3.3.1-1]
     * @param retain the RETAIN flag of this delivery
     * @param subscriptionIdentifiers of all subscriptions that match, each 1 to 268,435,455; empty if none
     * @param expirySecondsLeft what is left of the expiry interval [MQTT-3.3.2-6], or {@link Publish#NO_EXPIRY}
     * @return the size of the packet in bytes, {@link #TOO_LARGE} or {@link #CLOSED}
     */
    int publish(
            Outbound message,
            int packetId,
            Qos qos,
            boolean dup,
            boolean retain,
            int[] subscriptionIdentifiers,
            long expirySecondsLeft);

    /** Sends a PUBACK; an MQTT 3 client does not see {@code reason}. */
    void puback(int packetId, ReasonCode reason);

    /** Sends a PUBREC; an MQTT 3 client does not see {@code reason}. */
    void pubrec(int packetId, ReasonCode reason);

    /** Sends a PUBREL; an MQTT 3 client does not see {@code reason}. */
    void pubrel(int packetId, ReasonCode reason);

    /** Sends a PUBCOMP; an MQTT 3 client does not see {@code reason}. */
    void pubcomp(int packetId, ReasonCode reason);

    /**
     * Sends a SUBACK: one code per entry of the SUBSCRIBE, in its order [MQTT-3.9.3-1]. For an MQTT 3.1.1 client every
     * error is 0x80; MQTT 3.1 has no error, so its client gets 0x80 too and makes of it what it can.
     */
    void suback(int packetId, List<ReasonCode> reasons);

    /** Sends an UNSUBACK: one code per filter of the UNSUBSCRIBE, in its order; an MQTT 3 client sees none. */
    void unsuback(int packetId, List<ReasonCode> reasons);

    /** Sends a PINGRESP. */
    void pingresp();

    /** Sends an AUTH; also before the accept. */
    void auth(ReasonCode reason, String method, byte @Nullable [] data);

    /**
     * Closes after everything sent so far, and for v5 after a DISCONNECT. Before the accept it is
     * {@link #refuse(ReasonCode, String, String)} [MQTT-3.14.0-1].
     *
     * @param reasonString for people; not sent if it would make the packet too long for the client [MQTT-3.14.2-3]
     * @param serverReference another server to use, with 0x9C and 0x9D
     */
    void disconnect(ReasonCode reason, @Nullable String reasonString, @Nullable String serverReference);

    /** Closes without a word, after everything sent so far. */
    void close();

    /** Closes a connection on which nothing more can come, or nothing was said: at once, after everything sent so far. */
    void end();

    /**
     * Takes no more packets from the client, so that TCP slows it down. The rest of what has been read is kept, and
     * handed over after {@link #resumeReading}; no packet comes after this call, not even from the same read.
     */
    void pauseReading();

    /** Ends {@link #pauseReading}. Packets kept are handed over soon, not inside this call. */
    void resumeReading();

    /** Has {@code meter} told of each packet that is taken from now on. */
    void meter(PacketMeter meter);

    /** False if the client reads slower than it is written to; {@link PacketHandler#onWritable} tells of the end. */
    boolean isWritable();

    /** How many bytes have been written here and not yet taken by the operating system. */
    long pendingBytes();

    /**
     * True if the node is so short of memory, or of time, that a message at QoS 0 is not to be sent here: the client does not
     * keep up, or nothing more may be written in this turn at all.
     */
    boolean isShort();

    /** False once the connection is closed or closing. */
    boolean isOpen();

    /** Where the client is; behind a proxy that tells, where the client really is. */
    SocketAddress remoteAddress();

    /** What the client has shown in the handshake of TLS, which has checked it; null if it has shown none. */
    default @Nullable X509Certificate peerCertificate() {
        List<X509Certificate> chain = peerCertificates();
        return chain.isEmpty() ? null : chain.getFirst();
    }

    /** The same, and behind it those of the authorities between it and the root, as the client has sent them. */
    List<X509Certificate> peerCertificates();

    /**
     * The common name in the certificate that the client has shown to a trusted proxy, which has checked it and says so by the
     * PROXY protocol; empty if the proxy does not tell it, null if there is no certificate.
     */
    @Nullable
    String proxiedName();

    /** The name of the listener that it came by. */
    String listener();

    /** What the client speaks. */
    ProtocolVersion version();

    /** The Vert.x context that owns this connection. */
    Context context();

    /**
     * When the client's last packet came, in milliseconds of {@link System#nanoTime}: compare it with
     * {@code System.nanoTime() / 1_000_000} and nothing else. Does not go on while reading is paused.
     */
    long lastPacketAt();
}
