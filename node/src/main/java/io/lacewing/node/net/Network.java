package io.lacewing.node.net;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A range of IP addresses, as {@code 10.0.0.0/8}, {@code 2001:db8::/32} or a single address. Immutable. */
public final class Network {
    private final byte[] address;
    private final int prefix;

    private Network(byte[] address, int prefix) {
        this.address = address;
        this.prefix = prefix;
    }

    /**
     * Parses a range.
     *
     * @throws IllegalArgumentException with a message for people
     */
    public static Network of(String text) {
        int slash = text.indexOf('/');
        InetAddress host = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
        if (host == null) {
            throw new IllegalArgumentException(
                    "must be an IP address, or a range of them as 10.0.0.0/8 or 2001:db8::/32");
        }
        byte[] address = host.getAddress();
        int bits = address.length * 8;
        String length = slash < 0 ? Integer.toString(bits) : text.substring(slash + 1);
        if (!length.matches("[0-9]{1,3}") || Integer.parseInt(length) > bits) {
            throw new IllegalArgumentException("must have a number from 0 to " + bits + " after the '/'");
        }
        int prefix = Integer.parseInt(length);
        if (!Arrays.equals(masked(address, prefix), address)) {
            throw new IllegalArgumentException("has bits set beyond its first " + prefix + ", as no range begins");
        }
        return new Network(address, prefix);
    }

    /** The range of this length that an address is in. */
    public static Network around(InetAddress host, int prefix) {
        return new Network(masked(host.getAddress(), prefix), prefix);
    }

    /** The first address, 4 or 16 bytes; a copy. */
    public byte[] address() {
        return address.clone();
    }

    /** How many bits all of its addresses have in common with the first. */
    public int prefix() {
        return prefix;
    }

    private static byte[] masked(byte[] address, int prefix) {
        byte[] masked = address.clone();
        for (int i = 0; i < masked.length; i++) {
            int kept = Math.clamp(prefix - 8L * i, 0, 8);
            masked[i] &= (byte) (0xFF00 >> kept);
        }
        return masked;
    }

    /** True if the address is in the range; null is nowhere. An IPv4 address that is mapped into IPv6 is itself again. */
    public boolean contains(@Nullable InetAddress host) {
        if (host == null) {
            return false;
        }
        byte[] other = IpAddress.unmapped(host).getAddress();
        return other.length == address.length && Arrays.equals(masked(other, prefix), address);
    }

    /** True if one of the ranges contains the address. */
    public static boolean anyContains(List<Network> networks, @Nullable InetAddress host) {
        for (Network network : networks) {
            if (network.contains(host)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Network network && prefix == network.prefix && Arrays.equals(address, network.address);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(address) + prefix;
    }

    /** The one form of the range; a single address has no length. {@link #of} reads it. */
    @Override
    public String toString() {
        String first = NetUtil.bytesToIpAddress(address);
        return prefix == address.length * 8 ? first : first + "/" + prefix;
    }
}
