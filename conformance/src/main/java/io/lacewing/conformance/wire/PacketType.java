package io.lacewing.conformance.wire;

/** The control packet types (2.1.2). */
public enum PacketType {
    RESERVED,
    CONNECT,
    CONNACK,
    PUBLISH,
    PUBACK,
    PUBREC,
    PUBREL,
    PUBCOMP,
    SUBSCRIBE,
    SUBACK,
    UNSUBSCRIBE,
    UNSUBACK,
    PINGREQ,
    PINGRESP,
    DISCONNECT,
    AUTH;

    /** The first byte of a packet of this type with the flags that the standards ask for. */
    public int first() {
        return (ordinal() << 4) | (this == PUBREL || this == SUBSCRIBE || this == UNSUBSCRIBE ? 2 : 0);
    }
}
