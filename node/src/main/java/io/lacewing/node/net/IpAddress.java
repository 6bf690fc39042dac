package io.lacewing.node.net;

import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Reads IP addresses without asking anybody for names. */
public final class IpAddress {
    private IpAddress() {}

    /** An IP address, with or without brackets; null if it is none. An IPv4 address that is mapped into IPv6 is itself again. */
    public static @Nullable InetAddress parse(String address) {
        boolean bracketed = address.startsWith("[") && address.endsWith("]");
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(
                bracketed ? address.substring(1, address.length() - 1) : address);
        return bytes == null ? null : of(bytes);
    }

    /** The address; an IPv4 address that is mapped into IPv6 ({@code ::ffff:192.0.2.1}) is itself again. */
    public static InetAddress unmapped(InetAddress address) {
        return address instanceof Inet6Address ? of(address.getAddress()) : address;
    }

    /** The JDK makes IPv4 addresses of those that are mapped. */
    private static InetAddress of(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an IP address of " + bytes.length + " bytes", e);
        }
    }
}
