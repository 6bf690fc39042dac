package io.lacewing.node.auth;

import io.lacewing.node.net.IpAddress;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Reads IP addresses without asking anybody for names. */
public final class RemoteHost {
    private RemoteHost() {}

    /** The host of an IP address and a port, as {@link ClientDetails#remoteAddress} has them; null if it is none. */
    public static @Nullable InetAddress of(String address) {
        int colon = address.lastIndexOf(':');
        return parse(colon < 0 ? address : address.substring(0, colon));
    }

    /** An IP address, with or without brackets; null if it is none. An IPv4 address that is mapped into IPv6 is itself again. */
    public static @Nullable InetAddress parse(String address) {
        return IpAddress.parse(address);
    }
}
