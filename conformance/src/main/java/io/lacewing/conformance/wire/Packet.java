package io.lacewing.conformance.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * A packet that the broker sent, and that is in order as far as it can be told from the packet alone.
 *
 * @param type what it is
 * @param flags the lower four bits of the first byte
 * @param sessionPresent of CONNACK; else false
 * @param topic of PUBLISH; else empty
 * @param packetId 0 if the packet has none
 * @param reasons the return or reason codes, in their order; PUBACK and the like always have one
 * @param properties in their order; empty for v3
 * @param payload of PUBLISH; else empty
 * @param size of the whole packet in bytes
 */
public record Packet(
        PacketType type,
        int flags,
        boolean sessionPresent,
        String topic,
        int packetId,
        List<Integer> reasons,
        List<Entry> properties,
        byte[] payload,
        int size) {

    /** A property: its value is a Long, a String, a byte[], or a Map.Entry of Strings. */
    public record Entry(Property property, Object value) {}

    /**
     * Reads what came.
     *
     * @throws MalformedException if the standard does not allow a server to send it
     */
    public static Packet parse(Version version, int first, byte[] body, int size) {
        return new PacketParser(version, first, body, size).parse();
    }

    /** The first or only return or reason code; 0 if the packet has none, as UNSUBACK in v3. */
    public int reason() {
        return reasons.isEmpty() ? 0 : reasons.getFirst();
    }

    public boolean dup() {
        return (flags & 8) != 0;
    }

    public int qos() {
        return (flags >> 1) & 3;
    }

    public boolean retain() {
        return (flags & 1) != 0;
    }

    /** The payload as UTF-8. */
    public String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    public boolean has(Property property) {
        return properties.stream().anyMatch(entry -> entry.property() == property);
    }

    /** The value of a property that is a number; {@code otherwise} if it is not there. */
    public long number(Property property, long otherwise) {
        return properties.stream()
                .filter(entry -> entry.property() == property)
                .map(entry -> (Long) entry.value())
                .findFirst()
                .orElse(otherwise);
    }

    /** The value of a property that is a text; empty if it is not there. */
    public String text(Property property) {
        return properties.stream()
                .filter(entry -> entry.property() == property)
                .map(entry -> (String) entry.value())
                .findFirst()
                .orElse("");
    }

    /** The value of a property that is binary; empty if it is not there. */
    public byte[] binary(Property property) {
        return properties.stream()
                .filter(entry -> entry.property() == property)
                .map(entry -> (byte[]) entry.value())
                .findFirst()
                .orElse(new byte[0]);
    }

    /** All subscription identifiers, in ascending order. */
    public List<Long> subscriptionIdentifiers() {
        return properties.stream()
                .filter(entry -> entry.property() == Property.SUBSCRIPTION_IDENTIFIER)
                .map(entry -> (Long) entry.value())
                .sorted()
                .toList();
    }

    /** The user properties, each as "name=value", in their order. */
    public List<String> userProperties() {
        List<String> found = new ArrayList<>();
        for (Entry entry : properties) {
            if (entry.value() instanceof Map.Entry<?, ?> pair) {
                found.add(pair.getKey() + "=" + pair.getValue());
            }
        }
        return found;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(type.name());
        if (type == PacketType.PUBLISH) {
            text.append(" '").append(topic).append("' q").append(qos()).append(dup() ? " dup" : "");
            text.append(retain() ? " retain" : "")
                    .append(" '")
                    .append(shortened(text()))
                    .append('\'');
        }
        if (type == PacketType.CONNACK && sessionPresent) {
            text.append(" session present");
        }
        if (packetId != 0) {
            text.append(" id ").append(packetId);
        }
        for (int reason : reasons) {
            text.append(" 0x").append(HexFormat.of().toHexDigits((byte) reason));
        }
        for (Entry entry : properties) {
            Object value =
                    entry.value() instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : entry.value();
            text.append(' ').append(entry.property()).append('=').append(shortened(value.toString()));
        }
        return text.toString();
    }

    private static String shortened(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "...";
    }
}
