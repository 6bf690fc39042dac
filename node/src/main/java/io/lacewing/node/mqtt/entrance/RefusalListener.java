package io.lacewing.node.mqtt.entrance;

/** Hears of connections that were closed before their CONNECT was read. Called on any thread; must not block. */
@FunctionalInterface
public interface RefusalListener {
    /** Nobody hears of them. */
    RefusalListener NOBODY = (listener, refusal, address) -> {};

    /**
     * A connection was closed.
     *
     * @param listener the name of the listener that it came by
     * @param address the client's address, as far as it is known
     */
    void refused(String listener, Refusal refusal, String address);
}
