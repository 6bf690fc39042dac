package io.lacewing.node.mqtt;

/** Is told of each packet that a client sends, once it has been handed over. On the connection's event loop. */
public interface PacketMeter {
    /**
     * A packet was taken; it may be followed by {@link Endpoint#pauseReading}.
     *
     * @param publish true if it was a PUBLISH
     * @param size its bytes, fixed header included
     */
    void took(boolean publish, int size);
}
