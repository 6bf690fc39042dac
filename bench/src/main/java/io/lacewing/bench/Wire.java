package io.lacewing.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The packets of MQTT 3.1.1 that a load needs, as bytes. */
final class Wire {
    static final int CONNACK = 2;
    static final int PUBLISH = 3;
    static final int PUBACK = 4;
    static final int SUBACK = 9;

    private static final int MAX_KEEP_ALIVE = 60_000;

    private Wire() {}

    /** A CONNECT; {@code clean} false asks for a session that outlives the connection. */
    static byte[] connect(String clientId, boolean clean) {
        byte[] id = clientId.getBytes(StandardCharsets.UTF_8);
        byte[] packet = packet(0x10, 10 + 2 + id.length);
        ByteBuffer body = body(packet, 10 + 2 + id.length);
        body.putShort((short) 4).put("MQTT".getBytes(StandardCharsets.UTF_8)).put((byte) 4);
        body.put((byte) (clean ? 2 : 0)).putShort((short) MAX_KEEP_ALIVE);
        body.putShort((short) id.length).put(id);
        return packet;
    }

    /** A SUBSCRIBE with packet id 1. */
    static byte[] subscribe(String filter, int qos) {
        byte[] text = filter.getBytes(StandardCharsets.UTF_8);
        byte[] packet = packet(0x82, 2 + 2 + text.length + 1);
        body(packet, 2 + 2 + text.length + 1)
                .putShort((short) 1)
                .putShort((short) text.length)
                .put(text)
                .put((byte) qos);
        return packet;
    }

    /** A PUBLISH at QoS 0 with as many bytes of payload. */
    static byte[] publishAtMostOnce(byte[] topic, int payload) {
        int length = 2 + topic.length + payload;
        byte[] packet = packet(0x30, length);
        body(packet, length).putShort((short) topic.length).put(topic);
        return packet;
    }

    /** A PUBLISH at QoS 1 whose payload begins with {@code stamp}. */
    static byte[] publish(byte[] topic, int packetId, long stamp, int payload) {
        int length = 2 + topic.length + 2 + payload;
        byte[] packet = packet(0x32, length);
        body(packet, length)
                .putShort((short) topic.length)
                .put(topic)
                .putShort((short) packetId)
                .putLong(stamp);
        return packet;
    }

    static byte[] puback(int packetId) {
        byte[] packet = packet(0x40, 2);
        body(packet, 2).putShort((short) packetId);
        return packet;
    }

    static byte[] disconnect() {
        return packet(0xE0, 0);
    }

    /** A packet with its first byte and its length, and room for so many bytes after them. */
    private static byte[] packet(int first, int length) {
        int lengthBytes = length < 1 << 7 ? 1 : length < 1 << 14 ? 2 : 3;
        byte[] packet = new byte[1 + lengthBytes + length];
        packet[0] = (byte) first;
        int rest = length;
        for (int i = 1; i <= lengthBytes; i++) {
            packet[i] = (byte) (i < lengthBytes ? (rest & 0x7F) | 0x80 : rest);
            rest >>>= 7;
        }
        return packet;
    }

    private static ByteBuffer body(byte[] packet, int length) {
        return ByteBuffer.wrap(packet, packet.length - length, length);
    }
}
