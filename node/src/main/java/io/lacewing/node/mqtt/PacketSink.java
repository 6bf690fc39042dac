package io.lacewing.node.mqtt;

/** Where a decoder puts what it read. */
interface PacketSink {

    void connect(Connect connect);

    void publish(Publish publish);

    /** A PUBACK, PUBREC, PUBREL or PUBCOMP, by its number in {@link PacketType}. */
    void ack(int type, int packetId, int reasonCode);

    /** Any other packet. */
    void control(Packet packet);
}
