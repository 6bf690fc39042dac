package io.lacewing.persistence.session;

/** What an acknowledgement from the client means. */
public enum AckOutcome {
    /** The message has ended; there may be room for {@link Session#next}. */
    DONE,
    /** PUBREL is to be sent [MQTT-4.3.3-4]. */
    SEND_PUBREL,
    /** No message has this packet id: reason code 0x92. */
    NOT_FOUND,
    /** The message with this packet id is not in a state where this packet may come. */
    PROTOCOL_ERROR
}
