package io.lacewing.cluster.hazelcast;

import java.util.Locale;

/**
 * A host (name or address) and a TCP port.
 *
 * @param host an IPv6 address stands without brackets
 * @param port 1 to 65535
 */
public record Endpoint(String host, int port) {
    /** Checks the bounds. */
    public Endpoint {
        if (host.isBlank()) {
            throw new IllegalArgumentException("a host is missing");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("no TCP port: " + port);
        }
    }

    /**
     * Reads {@code host:port} or {@code [ipv6]:port}.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static Endpoint parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("not host:port: " + text);
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            return new Endpoint(host.toLowerCase(Locale.ROOT), Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not host:port: " + text, e);
        }
    }

    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
