package io.lacewing.cluster.hazelcast;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
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

    /** The same port at each address of the host; empty if the name is not known, or not yet. Blocks. */
    public List<Endpoint> resolved() {
        try {
            return Arrays.stream(InetAddress.getAllByName(host))
                    .map(address -> new Endpoint(address.getHostAddress(), port))
                    .toList();
        } catch (UnknownHostException notYetKnown) {
            return List.of();
        }
    }

    /** By address, then by port: numerically, for endpoints that are {@link #resolved}. */
    static int compareAddresses(Endpoint one, Endpoint other) {
        int byAddress = Arrays.compareUnsigned(one.address(), other.address());
        return byAddress != 0 ? byAddress : Integer.compare(one.port, other.port);
    }

    private byte[] address() {
        try {
            return InetAddress.getByName(host).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException(host + " is no address", e);
        }
    }

    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
