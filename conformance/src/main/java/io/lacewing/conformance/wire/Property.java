package io.lacewing.conformance.wire;

/** The properties of MQTT 5 (2.2.2.2). */
public enum Property {
    PAYLOAD_FORMAT_INDICATOR(0x01, Form.BYTE),
    MESSAGE_EXPIRY_INTERVAL(0x02, Form.FOUR_BYTES),
    CONTENT_TYPE(0x03, Form.TEXT),
    RESPONSE_TOPIC(0x08, Form.TEXT),
    CORRELATION_DATA(0x09, Form.BINARY),
    SUBSCRIPTION_IDENTIFIER(0x0B, Form.VARIABLE),
    SESSION_EXPIRY_INTERVAL(0x11, Form.FOUR_BYTES),
    ASSIGNED_CLIENT_IDENTIFIER(0x12, Form.TEXT),
    SERVER_KEEP_ALIVE(0x13, Form.TWO_BYTES),
    AUTHENTICATION_METHOD(0x15, Form.TEXT),
    AUTHENTICATION_DATA(0x16, Form.BINARY),
    REQUEST_PROBLEM_INFORMATION(0x17, Form.BYTE),
    WILL_DELAY_INTERVAL(0x18, Form.FOUR_BYTES),
    REQUEST_RESPONSE_INFORMATION(0x19, Form.BYTE),
    RESPONSE_INFORMATION(0x1A, Form.TEXT),
    SERVER_REFERENCE(0x1C, Form.TEXT),
    REASON_STRING(0x1F, Form.TEXT),
    RECEIVE_MAXIMUM(0x21, Form.TWO_BYTES),
    TOPIC_ALIAS_MAXIMUM(0x22, Form.TWO_BYTES),
    TOPIC_ALIAS(0x23, Form.TWO_BYTES),
    MAXIMUM_QOS(0x24, Form.BYTE),
    RETAIN_AVAILABLE(0x25, Form.BYTE),
    USER_PROPERTY(0x26, Form.PAIR),
    MAXIMUM_PACKET_SIZE(0x27, Form.FOUR_BYTES),
    WILDCARD_SUBSCRIPTION_AVAILABLE(0x28, Form.BYTE),
    SUBSCRIPTION_IDENTIFIER_AVAILABLE(0x29, Form.BYTE),
    SHARED_SUBSCRIPTION_AVAILABLE(0x2A, Form.BYTE);

    /** How a property's value is written. */
    public enum Form {
        BYTE,
        TWO_BYTES,
        FOUR_BYTES,
        VARIABLE,
        TEXT,
        BINARY,
        PAIR
    }

    private final int id;
    private final Form form;

    Property(int id, Form form) {
        this.id = id;
        this.form = form;
    }

    /** Its identifier on the wire. */
    public int id() {
        return id;
    }

    /** How its value is written. */
    public Form form() {
        return form;
    }

    /** The property of an identifier; MalformedException if there is none. */
    static Property of(int id) {
        for (Property property : values()) {
            if (property.id == id) {
                return property;
            }
        }
        throw new MalformedException("there is no property 0x" + Integer.toHexString(id));
    }
}
