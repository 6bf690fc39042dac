package io.lacewing.cluster.core;

/**
 * Bounds and times of {@link Links}.
 *
 * @param frameBytes about how large a frame may become; one message may be larger
 * @param frameMessages how many messages a frame may hold
 * @param windowBytes about how many bytes may be on their way to a peer, unacknowledged
 * @param windowMessages how many messages may be on their way to a peer, unacknowledged
 * @param backlogBytes from how many unacknowledged bytes on a peer counts as overloaded
 * @param resendMillis the silence after which what is unacknowledged is sent again; doubles up to {@code resendMaxMillis}
 * @param resendMaxMillis the longest such silence
 * @param provisionalMillis how long a node that is in no view yet may be silent before it counts as gone
 * @param provisionals how many such nodes are listened to at most
 * @param departed how many incarnations that are gone are remembered
 */
record LinkSettings(
        int frameBytes,
        int frameMessages,
        int windowBytes,
        int windowMessages,
        long backlogBytes,
        long resendMillis,
        long resendMaxMillis,
        long provisionalMillis,
        int provisionals,
        int departed) {

    /** For production. */
    static final LinkSettings DEFAULTS =
            new LinkSettings(32 << 10, 1024, 4 << 20, 65_536, 64L << 20, 300, 2_000, 10_000, 64, 1024);
}
