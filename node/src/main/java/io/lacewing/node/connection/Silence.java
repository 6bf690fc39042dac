package io.lacewing.node.connection;

import io.lacewing.node.mqtt.Endpoint;

/**
 * Whether a client is read from, and how long it has been silent. Owned by the connection's event loop.
 */
final class Silence {
    private final Endpoint endpoint;
    private final int keepAliveMillis;
    private long aliveSince;

    /** How many reasons there are not to read from the client. */
    private int pauses;

    /** With the client's keep alive; 0 if it may be silent for ever. */
    Silence(Endpoint endpoint, int keepAliveMillis) {
        this.endpoint = endpoint;
        this.keepAliveMillis = keepAliveMillis;
    }

    /** The client is taken to have been heard just now. */
    void restart() {
        aliveSince = System.nanoTime() / 1_000_000;
    }

    /** The client is not read from until {@link #resume} has been called as often. */
    void pause() {
        if (++pauses == 1) {
            endpoint.pauseReading();
        }
    }

    /** Ends one {@link #pause}; what the client sent meanwhile is still to come. */
    void resume() {
        if (--pauses == 0) {
            restart();
            endpoint.resumeReading();
        }
    }

    boolean isPaused() {
        return pauses > 0;
    }

    /**
     * True if the client has been silent for one and a half times its keep alive [MQTT-3.1.2-22]; not while the silence is
     * ours, because it is not read from.
     */
    boolean isTooLong(long now) {
        if (keepAliveMillis == 0 || pauses > 0) {
            return false;
        }
        long last = Math.max(endpoint.lastPacketAt(), aliveSince);
        return now - last > keepAliveMillis + keepAliveMillis / 2;
    }
}
