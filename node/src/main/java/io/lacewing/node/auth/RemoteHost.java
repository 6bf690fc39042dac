package io.lacewing.node.auth;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
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
        boolean bracketed = address.startsWith("[") && address.endsWith("]");
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(
                bracketed ? address.substring(1, address.length() - 1) : address);
        if (bytes == null) {
            return null;
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an IP address of " + bytes.length + " bytes", e);
        }
    }
}
