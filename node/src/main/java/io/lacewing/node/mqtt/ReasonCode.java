package io.lacewing.node.mqtt;

import org.jspecify.annotations.Nullable;

/**
 * The one table of MQTT 5 reason codes (2.4). {@link #value()} is what stands on the wire; {@link #connectReturnCode()}
 * is what an MQTT 3 client is told instead in its CONNACK (MQTT 3.1.1, 3.2.2.3).
 *
 * <p>0x00 has three names in the standard: it is {@link #SUCCESS} here, also where it means "Normal disconnection" or
 * "Granted QoS 0".
 */
public enum ReasonCode {
    SUCCESS(0x00, 0),
    GRANTED_QOS_1(0x01, 0),
    GRANTED_QOS_2(0x02, 0),
    DISCONNECT_WITH_WILL_MESSAGE(0x04, 0),
    NO_MATCHING_SUBSCRIBERS(0x10, 0),
    NO_SUBSCRIPTION_EXISTED(0x11, 0),
    CONTINUE_AUTHENTICATION(0x18, 0),
    RE_AUTHENTICATE(0x19, 0),
    UNSPECIFIED_ERROR(0x80, 3),
    MALFORMED_PACKET(0x81, 0),
    PROTOCOL_ERROR(0x82, 0),
    IMPLEMENTATION_SPECIFIC_ERROR(0x83, 3),
    UNSUPPORTED_PROTOCOL_VERSION(0x84, 1),
    CLIENT_IDENTIFIER_NOT_VALID(0x85, 2),
    BAD_USER_NAME_OR_PASSWORD(0x86, 4),
    NOT_AUTHORIZED(0x87, 5),
    SERVER_UNAVAILABLE(0x88, 3),
    SERVER_BUSY(0x89, 3),
    BANNED(0x8A, 5),
    SERVER_SHUTTING_DOWN(0x8B, 3),
    BAD_AUTHENTICATION_METHOD(0x8C, 5),
    KEEP_ALIVE_TIMEOUT(0x8D, 0),
    SESSION_TAKEN_OVER(0x8E, 0),
    TOPIC_FILTER_INVALID(0x8F, 0),
    TOPIC_NAME_INVALID(0x90, 5),
    PACKET_IDENTIFIER_IN_USE(0x91, 0),
    PACKET_IDENTIFIER_NOT_FOUND(0x92, 0),
    RECEIVE_MAXIMUM_EXCEEDED(0x93, 0),
    TOPIC_ALIAS_INVALID(0x94, 0),
    PACKET_TOO_LARGE(0x95, 3),
    MESSAGE_RATE_TOO_HIGH(0x96, 0),
    QUOTA_EXCEEDED(0x97, 3),
    ADMINISTRATIVE_ACTION(0x98, 0),
    PAYLOAD_FORMAT_INVALID(0x99, 5),
    RETAIN_NOT_SUPPORTED(0x9A, 5),
    QOS_NOT_SUPPORTED(0x9B, 5),
    USE_ANOTHER_SERVER(0x9C, 3),
    SERVER_MOVED(0x9D, 3),
    SHARED_SUBSCRIPTIONS_NOT_SUPPORTED(0x9E, 0),
    CONNECTION_RATE_EXCEEDED(0x9F, 3),
    MAXIMUM_CONNECT_TIME(0xA0, 0),
    SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED(0xA1, 0),
    WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED(0xA2, 0);

    private static final @Nullable ReasonCode[] BY_VALUE = byValue();

    private final int value;
    private final int connectReturnCode;

    ReasonCode(int value, int connectReturnCode) {
        this.value = value;
        this.connectReturnCode = connectReturnCode;
    }

    /** The code as on the wire, 0x00 to 0xA2. */
    public int value() {
        return value;
    }

    /** True from 0x80 on: the packet that it answers had no effect. */
    public boolean isError() {
        return value >= 0x80;
    }

    /**
     * The CONNACK return code, 1 to 5, that tells an MQTT 3 client the same; 0 if there is none, and the connection is
     * just closed [MQTT-3.2.2-6 of 3.1.1].
     */
    public int connectReturnCode() {
        return connectReturnCode;
    }

    /** The code of a wire value, 0 to 255, or null if the standard has none. */
    public static @Nullable ReasonCode of(int value) {
        return value < BY_VALUE.length ? BY_VALUE[value] : null;
    }

    private static @Nullable ReasonCode[] byValue() {
        @Nullable ReasonCode[] table = new @Nullable ReasonCode[WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED.value + 1];
        for (ReasonCode code : values()) {
            table[code.value] = code;
        }
        return table;
    }
}
