package io.lacewing.node.mqtt;

/** A PINGREQ (3.12): nothing but its type. */
public enum Pingreq implements Packet {
    INSTANCE
}
