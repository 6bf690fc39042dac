package io.lacewing.node.auth.jwt;

/**
 * When a set of keys is fetched, and how long it is good for: decides, and knows no clock. Times are in milliseconds, of one
 * clock that never goes back. Owned by {@link JwksSource}'s context.
 *
 * <p>After a failure nobody asks before a while has passed, which doubles with each further failure; then one fetch shows
 * whether it goes again. So a server that is down, or slow, is asked once in a while however many clients come.
 */
final class JwksSchedule {
    private static final long MAX_WAIT = 300_000;

    private final long refresh;
    private final long cooldown;
    private final long keepFor;
    private long notBefore = Long.MIN_VALUE;
    private long lastSuccess;
    private boolean succeeded;
    private int failures;

    JwksSchedule(long refresh, long cooldown, long keepFor) {
        this.refresh = refresh;
        this.cooldown = cooldown;
        this.keepFor = keepFor;
    }

    /** True if a token with an unknown key is reason enough to fetch now. */
    boolean mayFetch(long now) {
        return now >= notBefore;
    }

    /** The set has come; the next regular fetch is in so many milliseconds. */
    long succeeded(long now) {
        succeeded = true;
        lastSuccess = now;
        failures = 0;
        notBefore = now + cooldown;
        return Math.max(refresh, cooldown);
    }

    /** The set has not come; the next try is in so many milliseconds. */
    long failed(long now) {
        long wait = Math.min(cooldown << Math.min(failures, 20), Math.max(MAX_WAIT, cooldown));
        failures++;
        notBefore = now + wait;
        return wait;
    }

    /** True if the last fetch has failed, or none has ended yet: who is not known here may be known there. */
    boolean isInDoubt() {
        return !succeeded || failures > 0;
    }

    /** True if the keys that came last may be used. */
    boolean isFresh(long now) {
        return succeeded && now - lastSuccess <= keepFor;
    }
}
