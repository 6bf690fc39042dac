package io.lacewing.conformance.cases;

import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Properties;
import io.lacewing.conformance.wire.Property;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Properties (2.2.2) where they do not belong, twice, cut short, of wrong values, and with wrong lengths. */
final class HostilePropertyCases implements Chapter {
    private static final int MALFORMED = 0x81;
    private static final int PROTOCOL_ERROR = 0x82;

    @Override
    public void addTo(Cases cases) {
        cases.of("hostile.property-misplaced", "A property in a packet that does not have it is malformed")
                .v5("MQTT-3.1.4-1", "MQTT-3.3.4-6", "MQTT-4.13.1-1")
                .run(Hostile.rows(HostilePropertyCases::misplaced));
        cases.of("hostile.property-twice", "A property that comes twice, and is no user property, is a protocol error")
                .v5("MQTT-3.1.4-1", "MQTT-3.4.2-3", "MQTT-3.5.2-3", "MQTT-3.6.2-3", "MQTT-3.7.2-3", "MQTT-4.13.1-1")
                .run(Hostile.rows(HostilePropertyCases::twice));
        cases.of("hostile.property-values", "Values that a property does not have are refused, the utmost are taken")
                .v5("MQTT-3.1.4-1", "MQTT-3.3.2-8", "MQTT-3.3.2-14", "MQTT-4.13.1-1")
                .run(Hostile.rows(HostilePropertyCases::values));
        cases.of("hostile.property-unknown", "A property identifier that does not exist is malformed")
                .v5("MQTT-1.5.5-1", "MQTT-3.1.4-1", "MQTT-4.13.1-1")
                .run(Hostile.rows(HostilePropertyCases::unknown));
        cases.of("hostile.property-cut", "A property that ends before its value does is malformed")
                .v5("MQTT-3.1.4-1", "MQTT-4.13.1-1")
                .run(Hostile.rows(HostilePropertyCases::cut));
        cases.of("hostile.property-length", "A property length that is not that of the properties is malformed")
                .v5("MQTT-1.5.5-1", "MQTT-2.2.2-1", "MQTT-3.1.4-1", "MQTT-4.13.1-1")
                .run(Hostile.rows(HostilePropertyCases::lengths));
    }

    private static void refused(Hostile hostile, Holder holder, String what, Properties properties, int... reasons)
            throws Exception {
        byte[] packet = holder.packet(hostile.bench(), properties);
        hostile.refused(holder.type(), holder + " with " + what, packet, reasons);
    }

    /** The property with a value that it may have. */
    private static Properties one(Properties properties, Property property) {
        return switch (property) {
            case MAXIMUM_PACKET_SIZE -> properties.number(property, 100_000);
            case SUBSCRIPTION_IDENTIFIER -> properties.number(property, 268_435_455);
            default -> properties.any(property);
        };
    }

    private static void misplaced(Hostile hostile) throws Exception {
        for (Holder holder : Holder.values()) {
            for (Property property : Property.values()) {
                if (!holder.own().contains(property)) {
                    // These are allowed in packets of the type, but not from a client: nothing says which code that is.
                    boolean ofServer = (holder == Holder.PUBLISH && property == Property.SUBSCRIPTION_IDENTIFIER)
                            || (holder == Holder.DISCONNECT && property == Property.SERVER_REFERENCE);
                    int[] reasons = ofServer ? new int[] {MALFORMED, PROTOCOL_ERROR} : holder.reasons(MALFORMED);
                    refused(hostile, holder, property.toString(), one(new Properties(), property), reasons);
                    Properties amongOthers = new Properties().user("k", "v");
                    one(amongOthers, property).user("k", "v");
                    refused(hostile, holder, property + " among others", amongOthers, reasons);
                }
            }
        }
    }

    private static void twice(Hostile hostile) throws Exception {
        for (Holder holder : Holder.values()) {
            for (Property property : holder.own()) {
                if (property != Property.USER_PROPERTY) {
                    int[] reasons = holder.reasons(PROTOCOL_ERROR);
                    Properties together = new Properties();
                    refused(hostile, holder, "two of " + property, one(one(together, property), property), reasons);
                    Properties apart = one(new Properties(), property).user("k", "v");
                    refused(hostile, holder, property + " again", one(apart, property), reasons);
                }
            }
        }
    }

    private static void values(Hostile hostile) throws Exception {
        for (int value : new int[] {2, 3, 0x7F, 0x80, 0xFF}) {
            for (Property flag : List.of(Property.REQUEST_RESPONSE_INFORMATION, Property.REQUEST_PROBLEM_INFORMATION)) {
                number(hostile, Holder.CONNECT, flag, value, PROTOCOL_ERROR);
            }
            // There are no such values, but the standard does not say what becomes of them.
            if (hostile.bench().strict()) {
                number(hostile, Holder.WILL, Property.PAYLOAD_FORMAT_INDICATOR, value, MALFORMED, PROTOCOL_ERROR);
                number(hostile, Holder.PUBLISH, Property.PAYLOAD_FORMAT_INDICATOR, value, MALFORMED, PROTOCOL_ERROR);
            }
        }
        number(hostile, Holder.CONNECT, Property.RECEIVE_MAXIMUM, 0, PROTOCOL_ERROR);
        number(hostile, Holder.CONNECT, Property.MAXIMUM_PACKET_SIZE, 0, PROTOCOL_ERROR);
        number(hostile, Holder.SUBSCRIBE, Property.SUBSCRIPTION_IDENTIFIER, 0, PROTOCOL_ERROR);
        number(hostile, Holder.PUBLISH, Property.TOPIC_ALIAS, 0, MALFORMED, PROTOCOL_ERROR, 0x94);
        for (Holder holder : List.of(Holder.WILL, Holder.PUBLISH)) {
            for (String topic : List.of("#", "+", "a/+", "a+")) {
                Properties properties = new Properties().text(Property.RESPONSE_TOPIC, topic);
                refused(hostile, holder, "response topic " + topic, properties, MALFORMED, PROTOCOL_ERROR, 0x90);
            }
        }
        Properties data = new Properties().text(Property.AUTHENTICATION_DATA, "data");
        refused(hostile, Holder.CONNECT, "authentication data and no method", data, PROTOCOL_ERROR);
        utmost(hostile);
    }

    private static void number(Hostile hostile, Holder holder, Property property, int value, int... reasons)
            throws Exception {
        refused(hostile, holder, property + " " + value, new Properties().number(property, value), reasons);
    }

    private static void utmost(Hostile hostile) throws Exception {
        if (hostile.bench().capabilities().subscriptionIdentifiers()) {
            for (int id : new int[] {1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455}) {
                Properties properties = new Properties().number(Property.SUBSCRIPTION_IDENTIFIER, id);
                byte[] packet = Holder.SUBSCRIBE.packet(hostile.bench(), properties);
                hostile.taken("subscription identifier " + id, packet, PacketType.SUBACK);
            }
        }
        for (int value : new int[] {1, 0xFFFF}) {
            accepted(hostile, Property.RECEIVE_MAXIMUM, value);
            accepted(hostile, Property.TOPIC_ALIAS_MAXIMUM, value);
        }
        accepted(hostile, Property.TOPIC_ALIAS_MAXIMUM, 0);
        accepted(hostile, Property.SESSION_EXPIRY_INTERVAL, 0);
        accepted(hostile, Property.MAXIMUM_PACKET_SIZE, 0xFFFF_FFFFL);
        accepted(hostile, Property.MAXIMUM_PACKET_SIZE, 0x8000_0000L);
    }

    private static void accepted(Hostile hostile, Property property, long value) throws Exception {
        Properties properties = new Properties().number(property, value);
        hostile.bench()
                .row(
                        "CONNECT with " + property + " " + value,
                        () -> hostile.bench()
                                .connect(hostile.bench().connectPacket().properties(properties))
                                .expectNothing());
    }

    private static void unknown(Hostile hostile) throws Exception {
        List<int[]> identifiers = new ArrayList<>();
        for (int id : new int[] {0x00, 0x04, 0x07, 0x0A, 0x0C, 0x10, 0x14, 0x1B, 0x1E, 0x20, 0x2B, 0x3F, 0x40, 0x7F}) {
            identifiers.add(new int[] {id, 0});
        }
        // Identifiers are variable byte integers: 128, the greatest, five bytes, and 1, 38 in too many bytes.
        identifiers.add(new int[] {0x80, 0x01, 0});
        identifiers.add(new int[] {0xFF, 0xFF, 0xFF, 0x7F, 0});
        identifiers.add(new int[] {0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0});
        identifiers.add(new int[] {0x81, 0x00, 0});
        identifiers.add(new int[] {0xA6, 0x00, 0, 1, 'k', 0, 1, 'v'});
        for (Holder holder : Holder.values()) {
            for (int[] bytes : identifiers) {
                Properties properties = new Properties().raw(bytes);
                refused(hostile, holder, "property " + Arrays.toString(bytes), properties, holder.reasons(MALFORMED));
            }
        }
    }

    private static void cut(Hostile hostile) throws Exception {
        for (Holder holder : Holder.values()) {
            for (Property property : holder.own()) {
                byte[] whole = one(new Properties(), property).toArray();
                for (int length = 1; length < whole.length; length++) {
                    Properties cut = new Properties();
                    for (int i = 0; i < length; i++) {
                        cut.raw(whole[i]);
                    }
                    String what = property + " cut after " + length + " bytes";
                    refused(hostile, holder, what, cut, holder.reasons(MALFORMED));
                }
            }
        }
    }

    private static void lengths(Hostile hostile) throws Exception {
        for (Holder holder : Holder.values()) {
            int right = user().toArray().length;
            // What follows the properties begins with a zero, or nothing follows: one byte more is never a property.
            length(hostile, holder, "one too many", right + 1);
            length(hostile, holder, "one too few", right - 1);
            length(hostile, holder, "1", 1);
            length(hostile, holder, "beyond the packet", 0x7F);
            length(hostile, holder, "268,435,455", 0xFF, 0xFF, 0xFF, 0x7F);
            length(hostile, holder, "five bytes", 0xFF, 0xFF, 0xFF, 0xFF, 0x01);
            length(hostile, holder, "the right one in two bytes", right | 0x80, 0);
            length(hostile, holder, "the right one in five bytes", right | 0x80, 0x80, 0x80, 0x80, 0);
            if (holder != Holder.PUBLISH) {
                length(hostile, holder, "none, though there are some", 0);
            }
        }
    }

    private static Properties user() {
        return new Properties().user("key", "value");
    }

    private static void length(Hostile hostile, Holder holder, String what, int... bytes) throws Exception {
        refused(hostile, holder, "property length " + what, user().length(bytes), holder.reasons(MALFORMED));
    }
}
