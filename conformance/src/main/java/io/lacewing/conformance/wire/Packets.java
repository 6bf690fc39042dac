package io.lacewing.conformance.wire;

/** Whole packets to send, except those that have a class of their own. Nothing is checked. */
public final class Packets {
    private Packets() {}

    /** A packet with any first byte; its remaining length fits {@code body}. */
    public static byte[] packet(int first, byte[] body) {
        return new Bytes().u8(first).varInt(body.length).raw(body).toArray();
    }

    /** A packet with any first byte and body. */
    public static byte[] packet(int first, int... body) {
        return packet(first, Bytes.of(body));
    }

    /** PINGREQ (3.12). */
    public static byte[] pingreq() {
        return packet(PacketType.PINGREQ.first());
    }

    /** PUBACK, PUBREC, PUBREL, PUBCOMP in their short form: the packet identifier alone. */
    public static byte[] ack(PacketType type, int packetId) {
        return packet(type.first(), new Bytes().u16(packetId).toArray());
    }

    /** PUBACK, PUBREC, PUBREL, PUBCOMP with a reason code; only for v5. */
    public static byte[] ack(PacketType type, int packetId, int reason) {
        return packet(type.first(), new Bytes().u16(packetId).u8(reason).toArray());
    }

    /** PUBACK, PUBREC, PUBREL, PUBCOMP with reason code and properties; only for v5. */
    public static byte[] ack(PacketType type, int packetId, int reason, Properties properties) {
        Bytes body = new Bytes().u16(packetId).u8(reason).raw(properties.block());
        return packet(type.first(), body.toArray());
    }

    /** UNSUBSCRIBE (3.10). */
    public static byte[] unsubscribe(Version version, int packetId, String... filters) {
        Bytes payload = new Bytes();
        for (String filter : filters) {
            payload.text(filter);
        }
        return unsubscribe(version, packetId, new Properties(), payload.toArray());
    }

    /** UNSUBSCRIBE (3.10) with properties, which are not sent for v3, and any payload. */
    public static byte[] unsubscribe(Version version, int packetId, Properties properties, byte[] payload) {
        byte[] block = version == Version.V5 ? properties.block() : new byte[0];
        Bytes body = new Bytes().u16(packetId).raw(block).raw(payload);
        return packet(PacketType.UNSUBSCRIBE.first(), body.toArray());
    }

    /** DISCONNECT (3.14) of two bytes: normal disconnection. */
    public static byte[] disconnect() {
        return packet(PacketType.DISCONNECT.first());
    }

    /** DISCONNECT (3.14) of v5. */
    public static byte[] disconnect(int reason, Properties properties) {
        return packet(
                PacketType.DISCONNECT.first(),
                new Bytes().u8(reason).raw(properties.block()).toArray());
    }

    /** AUTH (3.15). */
    public static byte[] auth(int reason, Properties properties) {
        return packet(
                PacketType.AUTH.first(),
                new Bytes().u8(reason).raw(properties.block()).toArray());
    }
}
