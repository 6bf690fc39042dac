package io.lacewing.cluster.replica;

/**
 * Keeps what this member's replicas applied. For one shard it is called by one thread at a time, in the order in which the
 * replica changed; it never waits for the disk. {@code kept} is called once, on any thread, when what was appended is as
 * safe as the configuration asks for; for one shard in the order of appending. It is not called while the disk takes
 * nothing, and never after the journal was closed.
 */
public interface ReplicaJournal {
    /** Keeps nothing: for sessions in memory only. */
    ReplicaJournal NONE = new ReplicaJournal() {
        @Override
        public boolean keeps() {
            return false;
        }

        @Override
        public boolean follows(int shard, ReplicaState state) {
            return true;
        }

        @Override
        public ReplicaState kept(int shard) {
            return ReplicaState.NONE;
        }

        @Override
        public void append(ReplicaBatch batch, ReplicaState after, Runnable kept) {
            kept.run();
        }

        @Override
        public void append(int shard, ReplicaState state, byte[] copy, Runnable kept) {
            kept.run();
        }

        @Override
        public void renew(int shard) {
            // Nothing was kept.
        }

        @Override
        public Runnable reread(int shard) {
            return () -> {};
        }

        @Override
        public void forget(int shard) {
            // Nothing is kept to be forgotten.
        }
    };

    /** False if it keeps nothing. */
    default boolean keeps() {
        return true;
    }

    /** True if this is how far the shard is by what was appended: then the next batch may be. */
    boolean follows(int shard, ReplicaState state);

    /** How far what is kept of the shard is, also by an earlier start; {@link ReplicaState#NONE} if nothing is. */
    ReplicaState kept(int shard);

    /**
     * Appends a batch that follows on from what was appended before.
     *
     * @param after what the replica is with it
     */
    void append(ReplicaBatch batch, ReplicaState after, Runnable kept);

    /** Appends a whole copy, in place of what was appended before. */
    void append(int shard, ReplicaState state, byte[] copy, Runnable kept);

    /** Appends once more what was kept of a shard by an earlier start; nothing if anything was appended after it. */
    void renew(int shard);

    /**
     * Reads from the disk what was appended of a shard whose copy in memory is of no use. Blocks for as long as the disk
     * takes; the shard may be used meanwhile.
     *
     * @return appends it once more, if nothing was appended since; to be called as the other methods are
     */
    Runnable reread(int shard);

    /** What was appended of this shard is not needed any more. */
    void forget(int shard);
}
