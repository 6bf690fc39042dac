package io.lacewing.persistence.shard;

import io.lacewing.persistence.session.SessionLimits;

/**
 * The bounds of a shard. Given when it is created and by {@link ShardOp.SetLimits}, and part of its state, as replicas with
 * different bounds would part.
 *
 * @param session the bounds of each session's flow
 * @param maxSubscriptions the most subscriptions of one session
 * @param maxRetainedNotes the most topics per new subscription of which a session remembers that a live message overtook
 *     the retained one
 * @param maxBytes from this size on what comes must make room, where the sessions' {@link SessionLimits#policy} is to drop
 *     the oldest, or is not taken
 */
public record ShardLimits(SessionLimits session, int maxSubscriptions, int maxRetainedNotes, long maxBytes) {
    /** 1,000 messages or 16 MB queued per session, 1,000 in flight, 10,000 subscriptions, 256 MB in all. */
    public static final ShardLimits DEFAULT =
            new ShardLimits(new SessionLimits(1_000, 16L << 20, 1_000, 4L << 20), 10_000, 1_024, 256L << 20);

    /** These with another bound of all bytes. */
    public ShardLimits withMaxBytes(long most) {
        return new ShardLimits(session, maxSubscriptions, maxRetainedNotes, most);
    }

    public ShardLimits {
        if (maxSubscriptions < 0 || maxRetainedNotes < 0 || maxBytes < 0) {
            throw new IllegalArgumentException("a negative limit");
        }
    }
}
