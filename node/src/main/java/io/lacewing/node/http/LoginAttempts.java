package io.lacewing.node.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How often an address may still be wrong: {@value #BURST} times at once, and once more each {@value #SECONDS} s. Whoever proves
 * to be a user gets the attempt back. An address of IPv6 stands for its network of 64 bits, which one machine has for itself.
 * Owned by the endpoint's event loop.
 *
 * <p>Of each address only the moment is kept at which all its attempts are back, and of {@value #ADDRESSES} addresses, those that
 * tried last.
 */
final class LoginAttempts {
    static final int BURST = 10;
    static final int SECONDS = 6;
    private static final int ADDRESSES = 1_024;
    private static final long EACH = TimeUnit.SECONDS.toNanos(SECONDS);

    private final Map<String, Long> recovered = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > ADDRESSES;
        }
    };

    /** Takes one of the address's attempts; false if it has none at {@code now} (nanoseconds). */
    boolean take(String address, long now) {
        String network = network(address);
        Long known = recovered.get(network);
        long before = known == null || known - now < 0 ? now : known;
        if (before + EACH - now > BURST * EACH) {
            return false;
        }
        recovered.put(network, before + EACH);
        return true;
    }

    /** The attempt was none. */
    void giveBack(String address) {
        recovered.computeIfPresent(network(address), (network, moment) -> moment - EACH);
    }

    /** How many addresses are remembered. */
    int size() {
        return recovered.size();
    }

    /** What an address stands for: itself, of IPv6 its first 64 bits. */
    static String network(String address) {
        int scope = address.indexOf('%');
        String literal = scope < 0 ? address : address.substring(0, scope);
        int end = -1;
        // Vert.x writes all eight groups, so the network is the first four.
        for (int group = 0; group < 4; group++) {
            end = literal.indexOf(':', end + 1);
            if (end < 0) {
                return literal;
            }
        }
        return literal.contains("::") ? literal : literal.substring(0, end);
    }
}
