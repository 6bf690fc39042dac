package io.lacewing.conformance.wire;

import java.nio.charset.StandardCharsets;

/** A SUBSCRIBE in the making (3.8). */
public final class SubscribePacket {
    public static final int NO_LOCAL = 0x04;
    public static final int RETAIN_AS_PUBLISHED = 0x08;

    /** Retain Handling 1: only if the subscription is new. */
    public static final int RETAINED_IF_NEW = 0x10;

    /** Retain Handling 2: none. */
    public static final int RETAINED_NEVER = 0x20;

    private final Version version;
    private final int packetId;
    private final Properties properties;
    private final Bytes entries = new Bytes();

    public SubscribePacket(Version version, int packetId) {
        this(version, packetId, new Properties());
    }

    public SubscribePacket(Version version, int packetId, Properties properties) {
        this.version = version;
        this.packetId = packetId;
        this.properties = properties;
    }

    /** Adds a filter with its options: the maximum QoS, for v5 with the other bits. */
    public SubscribePacket filter(String filter, int options) {
        return filter(filter.getBytes(StandardCharsets.UTF_8), options);
    }

    public SubscribePacket filter(byte[] filter, int options) {
        entries.binary(filter).u8(options);
        return this;
    }

    /** The properties; to be added to. Not sent for v3. */
    public Properties properties() {
        return properties;
    }

    public SubscribePacket identifier(int id) {
        properties.number(Property.SUBSCRIPTION_IDENTIFIER, id);
        return this;
    }

    public int packetId() {
        return packetId;
    }

    /** The whole packet. */
    public byte[] toArray() {
        Bytes body = new Bytes().u16(packetId);
        if (version == Version.V5) {
            body.raw(properties.block());
        }
        body.raw(entries.toArray());
        return Packets.packet(PacketType.SUBSCRIBE.first(), body.toArray());
    }
}
