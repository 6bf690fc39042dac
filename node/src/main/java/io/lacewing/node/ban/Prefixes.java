package io.lacewing.node.ban;

import io.lacewing.node.net.Network;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Values by ranges of IP addresses. Immutable. A look-up takes one hash look-up for each length of prefix that occurs for the
 * address's family, however many ranges there are.
 *
 * @param <T> what is kept for a range
 */
final class Prefixes<T> {
    /** The first {@code length} bits of an address; an IPv4 address is in the upper half of {@code high}. */
    private record Prefix(boolean six, int length, long high, long low) {}

    private final Map<Prefix, T> values;
    private final int[] lengths4;
    private final int[] lengths6;

    Prefixes(Map<Network, T> byNetwork) {
        Map<Prefix, T> made = HashMap.newHashMap(byNetwork.size());
        byNetwork.forEach((network, value) -> made.put(prefix(network.address(), network.prefix()), value));
        values = made;
        lengths4 = lengths(false);
        lengths6 = lengths(true);
    }

    /** The longest first, so that the closest range is found. */
    private int[] lengths(boolean six) {
        int[] ascending = values.keySet().stream()
                .filter(prefix -> prefix.six == six)
                .mapToInt(Prefix::length)
                .distinct()
                .sorted()
                .toArray();
        int[] descending = new int[ascending.length];
        for (int i = 0; i < ascending.length; i++) {
            descending[i] = ascending[ascending.length - 1 - i];
        }
        return descending;
    }

    private static Prefix prefix(byte[] address, int length) {
        boolean six = address.length == 16;
        long high = bits(address, 0, Math.min(8, address.length));
        long low = six ? bits(address, 8, 16) : 0;
        return cut(six, length, high, low);
    }

    private static long bits(byte[] address, int from, int to) {
        long bits = 0;
        for (int i = from; i < to; i++) {
            bits |= (address[i] & 0xFFL) << (56 - 8 * (i - from));
        }
        return bits;
    }

    private static Prefix cut(boolean six, int length, long high, long low) {
        return new Prefix(six, length, high & mask(length), low & mask(length - 64));
    }

    private static long mask(int bits) {
        return bits <= 0 ? 0 : bits >= 64 ? -1L : -1L << (64 - bits);
    }

    /** What is kept for the smallest range that has this address, of what is {@code wanted}; null if nothing is. */
    @Nullable
    T get(InetAddress host, Predicate<T> wanted) {
        byte[] address = host.getAddress();
        boolean six = address.length == 16;
        int[] lengths = six ? lengths6 : lengths4;
        if (lengths.length == 0) {
            return null;
        }
        long high = bits(address, 0, Math.min(8, address.length));
        long low = six ? bits(address, 8, 16) : 0;
        for (int length : lengths) {
            T value = values.get(cut(six, length, high, low));
            if (value != null && wanted.test(value)) {
                return value;
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return values.size() + " ranges of lengths " + Arrays.toString(lengths4) + Arrays.toString(lengths6);
    }
}
