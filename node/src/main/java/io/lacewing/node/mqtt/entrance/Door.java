package io.lacewing.node.mqtt.entrance;

import java.net.InetAddress;

/**
 * Says by its address whether somebody may connect now. Asked once for each connection, before anything is read from it but a
 * header of the PROXY protocol: on the thread that accepts connections or on an event loop, so it must answer at once.
 * Thread-safe.
 */
@FunctionalInterface
public interface Door {
    /** Everybody may. */
    Door OPEN = address -> true;

    /** True if {@code address}, the client's own where a proxy tells it, may connect now. */
    boolean admits(InetAddress address);
}
