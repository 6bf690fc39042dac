package io.lacewing.cluster.sim;

/**
 * What a replicated map does that one would rather it did not. Those that are on happen in every run as its
 * {@link Chaos} says; those that are off are not survived yet, for the reason that stands at each.
 */
enum Vice {
    /** A backup operation is lost, and the call succeeds all the same. */
    SKIPS_BACKUP(true),
    /** A backup that missed one batch is given the next. */
    GOES_ON_AFTER_GAP(true),
    /** A backup that was skipped becomes the owner. */
    PROMOTES_STALE_BACKUP(true),
    /** A call fails and nobody knows whether it was carried out, is yet to be, or never will be. */
    FAILS_WITHOUT_SAYING(true),
    /** A call runs on a member that has stopped owning the partition. */
    RUNS_ON_FORMER_OWNER(true),
    /** A joiner gets the shard as bytes, and its owner changes while batches are under way. */
    MOVES_SHARDS(true),
    /** A new backup is in the table with a copy that misses what was applied while it was made. */
    COPIES_WHILE_WRITING(true),
    /**
     * A backup is promoted while the owner lives, cannot be heard and still counts it as a current replica. The lease
     * keeps the old owner quiet, and the new one waits until it is.
     */
    PROMOTES_WHILE_OWNER_LIVES(true),
    /** All members with a copy are gone, and there is no copy where the shard is now. The disks have it. */
    HANDS_OUT_EMPTY_SHARD(true),
    /**
     * One backup replaces another while batches go on, and misses one that the old backup has reported. If the owner
     * dies in that moment, the message is on a member that is no longer asked. The record of holders knows of it.
     */
    SWAPS_BACKUP_WHILE_WRITING(true),
    /** Two parts of the cluster each remove the other's members and go on. The lease keeps the smaller part quiet. */
    SPLITS_BRAIN(true);

    private final boolean on;

    Vice(boolean on) {
        this.on = on;
    }

    /** True if runs have it. */
    boolean on() {
        return on;
    }
}
