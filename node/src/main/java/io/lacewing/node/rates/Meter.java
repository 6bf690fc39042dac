package io.lacewing.node.rates;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one connection takes in one direction, from its own buckets and those that it shares. Owned by the connection's event
 * loop; the shared buckets are anybody's.
 */
public final class Meter {
    private final TokenBucket[] ofMessages;
    private final RateCause[] messageCauses;
    private final TokenBucket[] ofBytes;
    private final RateCause[] byteCauses;
    private @Nullable RateCause cause;

    Meter(List<Buckets> all) {
        List<Buckets> messages = all.stream().filter(b -> b.messages() != null).toList();
        List<Buckets> bytes = all.stream().filter(b -> b.bytes() != null).toList();
        ofMessages = messages.stream().map(Buckets::messages).toArray(TokenBucket[]::new);
        messageCauses = messages.stream().map(Buckets::messagesCause).toArray(RateCause[]::new);
        ofBytes = bytes.stream().map(Buckets::bytes).toArray(TokenBucket[]::new);
        byteCauses = bytes.stream().map(Buckets::bytesCause).toArray(RateCause[]::new);
    }

    /** True if nothing is bounded. */
    boolean isEmpty() {
        return ofMessages.length == 0 && ofBytes.length == 0;
    }

    /**
     * Takes what a packet costs, from each bucket.
     *
     * @param message true for a PUBLISH
     * @param bytes the packet's size
     * @param now nanoseconds, as in all calls
     * @return nanoseconds until none of the buckets is overdrawn any more; 0 if none is
     */
    public long take(boolean message, int bytes, long now) {
        long longest = 0;
        for (int i = 0; message && i < ofMessages.length; i++) {
            longest = longer(longest, ofMessages[i].take(1, now), messageCauses[i]);
        }
        for (int i = 0; i < ofBytes.length; i++) {
            longest = longer(longest, ofBytes[i].take(bytes, now), byteCauses[i]);
        }
        return longest;
    }

    /** Nanoseconds until none of the buckets is overdrawn any more; 0 if none is. */
    public long debt(long now) {
        long longest = 0;
        for (int i = 0; i < ofMessages.length; i++) {
            longest = longer(longest, ofMessages[i].debt(now), messageCauses[i]);
        }
        for (int i = 0; i < ofBytes.length; i++) {
            longest = longer(longest, ofBytes[i].debt(now), byteCauses[i]);
        }
        return longest;
    }

    /**
     * Which bound the last {@link #take} or {@link #debt} of more than 0 was about.
     *
     * @throws IllegalStateException if there was none
     */
    public RateCause cause() {
        RateCause last = cause;
        if (last == null) {
            throw new IllegalStateException("no bucket was overdrawn");
        }
        return last;
    }

    private long longer(long longest, long debt, RateCause of) {
        if (debt <= longest) {
            return longest;
        }
        cause = of;
        return debt;
    }
}
