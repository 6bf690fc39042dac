package io.lacewing.node.rates;

import org.jspecify.annotations.Nullable;

/** The buckets of one direction of a client, a user or a listener. Any thread. */
record Buckets(
        @Nullable TokenBucket messages, @Nullable TokenBucket bytes, RateCause messagesCause, RateCause bytesCause) {

    /** For a direction with these rates, of which 0 is none. */
    static Buckets of(long messages, long bytes, RateCause messagesCause, RateCause bytesCause, long burst, long now) {
        return new Buckets(
                messages == 0 ? null : new TokenBucket(messages, burst, now),
                bytes == 0 ? null : new TokenBucket(bytes, burst, now),
                messagesCause,
                bytesCause);
    }

    /** Nanoseconds until all are full. */
    long untilFull(long now) {
        return Math.max(messages == null ? 0 : messages.untilFull(now), bytes == null ? 0 : bytes.untilFull(now));
    }
}
