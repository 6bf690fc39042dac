package io.lacewing.node.mqtt.entrance;

import io.lacewing.node.net.IpAddress;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many connections each address has. An IPv6 client is counted by the first 64 bits of its address: a network of that size
 * is what one customer gets, who may take any address in it for each connection. Holds no more addresses than there are
 * connections. Thread-safe.
 */
final class AddressCounts {
    private final int max;
    private final ConcurrentHashMap<Long, Integer> counts = new ConcurrentHashMap<>();

    /** With at most {@code max} per address; 0: no bound, then nothing is to be counted. */
    AddressCounts(int max) {
        this.max = max;
    }

    boolean isBounded() {
        return max != 0;
    }

    /** What an address is counted by. IPv4 shares the numbers with {@code ::/32}, in which nobody's network is. */
    static long key(InetAddress address) {
        byte[] bytes = IpAddress.unmapped(address).getAddress();
        return bytes.length == Integer.BYTES
                ? Integer.toUnsignedLong(ByteBuffer.wrap(bytes).getInt())
                : ByteBuffer.wrap(bytes).getLong();
    }

    /** Counts one more; false, and counts nothing, if there are as many as there may be. */
    boolean enter(long key) {
        boolean[] entered = {false};
        counts.compute(key, (same, count) -> {
            int now = count == null ? 0 : count;
            entered[0] = now < max;
            return entered[0] ? (Integer) (now + 1) : count;
        });
        return entered[0];
    }

    void leave(long key) {
        counts.computeIfPresent(key, (same, count) -> count == 1 ? null : (Integer) (count - 1));
    }

    /** How many addresses are known. */
    int size() {
        return counts.size();
    }
}
