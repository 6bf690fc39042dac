package io.lacewing.node.metrics;

/** Where the packets of all connections are counted. Any thread; what is counted grows only. */
public interface PacketReader {

    /** Packets of a type, 1 to 15 (2.1.2), that came from clients. */
    long received(int type);

    /** Packets of a type, 1 to 15 (2.1.2), that were written to clients. */
    long sent(int type);

    /** Bytes of the packets that came from clients. */
    long bytesReceived();

    /** Bytes of the packets that were written to clients. */
    long bytesSent();
}
