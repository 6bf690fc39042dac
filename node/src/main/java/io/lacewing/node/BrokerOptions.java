package io.lacewing.node;

import java.net.InetSocketAddress;
import java.util.List;

/** Checks of what the commands that test a broker have in common. */
final class BrokerOptions {
    private static final int MAX_PORT = 65_535;

    private BrokerOptions() {}

    /**
     * The addresses of these ports, in their order; the host's name is looked up.
     *
     * @param option that gave the ports, for the message
     * @throws StartException if one is no port that can be connected to
     */
    static List<InetSocketAddress> addresses(String option, String host, List<Integer> ports) throws StartException {
        for (int port : ports) {
            if (port < 1 || port > MAX_PORT) {
                throw StartException.configuration(option + " = " + port + ": must be from 1 to " + MAX_PORT, null);
            }
        }
        return ports.stream().map(port -> new InetSocketAddress(host, port)).toList();
    }

    /**
     * Checks a number that must be positive.
     *
     * @param option that gave the value, for the message
     * @throws StartException if it is less than 1
     */
    static void checkPositive(String option, long value) throws StartException {
        if (value < 1) {
            throw StartException.configuration(option + " = " + value + ": must be 1 or more", null);
        }
    }
}
