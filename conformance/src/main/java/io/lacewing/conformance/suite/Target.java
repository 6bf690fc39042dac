package io.lacewing.conformance.suite;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The broker that is put to the test.
 *
 * @param addresses of its MQTT listeners on TCP; more than one if it is a cluster, then the connections of each case are
 *     spread over them
 * @param webSockets the same for MQTT over WebSocket; empty if it has none
 * @param path the path of its WebSocket listeners, e.g. {@code /mqtt}
 * @param credentials what each CONNECT says of itself; null for nothing
 * @param mechanism for enhanced authentication; null if the broker has none
 * @param patience how long an answer may take
 * @param strict whether what the standards only recommend is asked for too: a DISCONNECT with the right reason code before
 *     the network connection is closed
 */
public record Target(
        List<InetSocketAddress> addresses,
        List<InetSocketAddress> webSockets,
        String path,
        @Nullable Credentials credentials,
        @Nullable ClientMechanism mechanism,
        Duration patience,
        boolean strict) {

    /** A user name with its password. */
    public record Credentials(String userName, byte[] password) {}
}
