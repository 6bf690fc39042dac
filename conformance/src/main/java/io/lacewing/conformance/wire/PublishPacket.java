package io.lacewing.conformance.wire;

import java.nio.charset.StandardCharsets;

/** A PUBLISH in the making (3.3): by default right, at QoS 0. */
public final class PublishPacket {
    private final Version version;
    private final byte[] topic;
    private final byte[] payload;
    private final Properties properties;
    private int qos;
    private int packetId;
    private boolean dup;
    private boolean retain;

    public PublishPacket(Version version, String topic, String payload) {
        this(version, topic.getBytes(StandardCharsets.UTF_8), payload.getBytes(StandardCharsets.UTF_8));
    }

    public PublishPacket(Version version, byte[] topic, byte[] payload) {
        this(version, topic, payload, new Properties());
    }

    public PublishPacket(Version version, byte[] topic, byte[] payload, Properties properties) {
        this.version = version;
        this.topic = topic;
        this.payload = payload;
        this.properties = properties;
    }

    /** The packet identifier is sent where {@code level} is not 0. */
    public PublishPacket qos(int level, int id) {
        qos = level;
        packetId = id;
        return this;
    }

    /** The topic name as UTF-8. */
    public String topic() {
        return new String(topic, StandardCharsets.UTF_8);
    }

    public int packetId() {
        return packetId;
    }

    public int qos() {
        return qos;
    }

    public PublishPacket dup() {
        dup = true;
        return this;
    }

    public PublishPacket retain() {
        retain = true;
        return this;
    }

    /** The properties; to be added to. Not sent for v3. */
    public Properties properties() {
        return properties;
    }

    /** {@link #properties} with a number. */
    public PublishPacket with(Property property, long value) {
        properties.number(property, value);
        return this;
    }

    /** {@link #properties} with a text. */
    public PublishPacket with(Property property, String value) {
        properties.text(property, value);
        return this;
    }

    /** The whole packet. */
    public byte[] toArray() {
        Bytes body = new Bytes().binary(topic);
        if (qos != 0) {
            body.u16(packetId);
        }
        if (version == Version.V5) {
            body.raw(properties.block());
        }
        body.raw(payload);
        int first = PacketType.PUBLISH.first() | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0);
        return Packets.packet(first, body.toArray());
    }
}
