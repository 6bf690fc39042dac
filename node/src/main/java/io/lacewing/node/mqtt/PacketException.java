package io.lacewing.node.mqtt;

/**
 * A client broke the protocol. Carries the reason code that tells it so, and no stack trace: it is thrown for what
 * strangers send.
 */
final class PacketException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ReasonCode reason;

    PacketException(ReasonCode reason, String what) {
        super(what, null, false, false);
        this.reason = reason;
    }

    /** A packet that cannot be parsed (1.2). */
    static PacketException malformed(String what) {
        return new PacketException(ReasonCode.MALFORMED_PACKET, what);
    }

    /** A packet that can be parsed and may not be sent (1.2). */
    static PacketException protocolError(String what) {
        return new PacketException(ReasonCode.PROTOCOL_ERROR, what);
    }

    ReasonCode reason() {
        return reason;
    }

    String what() {
        return String.valueOf(getMessage());
    }
}
