package io.lacewing.node.clients;

import io.lacewing.node.mqtt.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A packet from the broker, read for tests. As text it is what tests compare: {@code PUBLISH a/b 'x' q1 #7 dup retain {0b01}}
 * with properties in braces, {@code SUBACK #1 01 8f}, {@code PUBACK #1 00}. A properties block that begins with
 * a reason string, which is for people, is left out.
 */
public final class Received {
    private static final String[] NAMES = {
        "0",
        "CONNECT",
        "CONNACK",
        "PUBLISH",
        "PUBACK",
        "PUBREC",
        "PUBREL",
        "PUBCOMP",
        "SUBSCRIBE",
        "SUBACK",
        "UNSUBSCRIBE",
        "UNSUBACK",
        "PINGREQ",
        "PINGRESP",
        "DISCONNECT",
        "AUTH"
    };
    private final int first;
    private final byte[] body;
    private final boolean v5;
    private final String text;
    private int at;
    private int packetId;

    Received(byte[] packet, boolean v5) {
        this.first = packet[0] & 0xFF;
        int start = 1;
        while (packet[start] < 0) {
            start++;
        }
        this.body = java.util.Arrays.copyOfRange(packet, start + 1, packet.length);
        this.v5 = v5;
        this.text = NAMES[first >> 4] + read();
    }

    private String read() {
        return switch (first >> 4) {
            case 2 -> " " + (u8() == 1 ? "present " : "") + hex(u8()) + properties();
            case 3 -> publish();
            case 4, 5, 6, 7 -> " #" + id() + " " + (at < body.length ? hex(u8()) : "00");
            case 9 -> " #" + id() + properties() + codes();
            case 11 -> " #" + id() + (v5 ? properties() + codes() : "");
            case 14, 15 -> " " + (at < body.length ? hex(u8()) : "00") + properties();
            default -> "";
        };
    }

    private String publish() {
        String topic = string();
        int qos = (first >> 1) & 3;
        int number = qos > 0 ? id() : 0;
        String properties = properties();
        String payload = new String(body, at, body.length - at, StandardCharsets.UTF_8);
        return " " + topic + " '" + payload + "' q" + qos + (number > 0 ? " #" + number : "")
                + ((first & 8) != 0 ? " dup" : "") + ((first & 1) != 0 ? " retain" : "") + properties;
    }

    private String properties() {
        if (!v5 || at == body.length) {
            return "";
        }
        int length = 0;
        int shift = 0;
        int b;
        do {
            b = u8();
            length |= (b & 0x7F) << shift;
            shift += 7;
        } while (b >= 0x80);
        String found = HexFormat.of().formatHex(body, at, at + length);
        at += length;
        boolean reasonString = found.startsWith("1f");
        return length == 0 || reasonString ? "" : " {" + found + "}";
    }

    private String codes() {
        StringBuilder all = new StringBuilder();
        while (at < body.length) {
            all.append(' ').append(hex(u8()));
        }
        return all.toString();
    }

    private int u8() {
        return body[at++] & 0xFF;
    }

    private int id() {
        packetId = (u8() << 8) | u8();
        return packetId;
    }

    private String string() {
        int length = (u8() << 8) | u8();
        at += length;
        return new String(body, at - length, length, StandardCharsets.UTF_8);
    }

    private static String hex(int value) {
        return HexFormat.of().toHexDigits((byte) value);
    }

    public int packetId() {
        return packetId;
    }

    /** The text without the packet id, where it may be any. */
    public String withoutId() {
        return text.replaceFirst(" #\\d+", "");
    }

    public byte[] bytes() {
        return Bytes.packet(first, body);
    }

    @Override
    public String toString() {
        return text;
    }
}
