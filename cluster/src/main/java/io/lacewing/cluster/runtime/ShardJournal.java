package io.lacewing.cluster.runtime;

import io.lacewing.cluster.replica.ReplicaBatch;
import io.lacewing.cluster.replica.ReplicaJournal;
import io.lacewing.cluster.replica.ReplicaState;
import io.lacewing.persistence.journal.Journal;
import io.lacewing.persistence.journal.JournalException;
import io.lacewing.persistence.journal.RecoveredShard;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node's journal as its replicas see it. What is appended takes the place of what was on the disk at the start. */
record ShardJournal(Journal journal) implements ReplicaJournal {
    private static final Logger log = LoggerFactory.getLogger(ShardJournal.class);

    @Override
    public boolean follows(int shard, ReplicaState state) {
        return journal.follows(shard, state.epoch(), state.sequence(), state.hash());
    }

    @Override
    public ReplicaState kept(int shard) {
        return journal.standing(shard)
                .map(standing -> new ReplicaState(standing.epoch(), standing.sequence(), standing.hash()))
                .orElse(ReplicaState.NONE);
    }

    @Override
    public void append(ReplicaBatch batch, ReplicaState after, Runnable kept) {
        journal.recovered().drop(batch.shard());
        journal.batch(batch.shard(), batch.ops(), after.epoch(), after.sequence(), after.hash(), kept);
    }

    @Override
    public void append(int shard, ReplicaState state, byte[] copy, Runnable kept) {
        journal.recovered().drop(shard);
        journal.copy(shard, copy, state.epoch(), state.sequence(), state.hash(), kept);
    }

    @Override
    public void renew(int shard) {
        recovered(journal, shard).ifPresent(journal::keep);
    }

    @Override
    public Runnable reread(int shard) {
        try {
            Optional<RecoveredShard> read = journal.reread(shard);
            return () -> again(shard, read);
        } catch (JournalException e) {
            log.error("journal: shard {} can't be written anew: {}", shard, e.getMessage());
            return () -> {};
        }
    }

    private void again(int shard, Optional<RecoveredShard> read) {
        if (read.isEmpty()) {
            log.error(
                    "journal: there is no copy of shard {} that could be written anew: it is lost on this disk", shard);
            journal.forget(shard);
        } else if (!journal.keepAgain(read.get())) {
            log.debug("Shard {} has gone on in the journal while it was read", shard);
        }
    }

    /** What was on the disk of a shard at the start, if nothing took its place. */
    static Optional<RecoveredShard> recovered(Journal journal, int shard) {
        return journal.recovered().shards().stream()
                .filter(each -> each.shard() == shard)
                .findFirst();
    }

    @Override
    public void forget(int shard) {
        journal.recovered().drop(shard);
        journal.forget(shard);
    }
}
