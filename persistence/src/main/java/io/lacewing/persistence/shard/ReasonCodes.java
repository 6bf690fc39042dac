package io.lacewing.persistence.shard;

/** The MQTT 5 reason codes with which a shard refuses (2.4). */
final class ReasonCodes {
    static final int PROTOCOL_ERROR = 0x82;
    static final int PACKET_IDENTIFIER_NOT_FOUND = 0x92;
    static final int QUOTA_EXCEEDED = 0x97;

    private ReasonCodes() {}
}
