package io.lacewing.cluster.hazelcast;

import com.hazelcast.map.EntryProcessor;
import io.lacewing.cluster.replica.SubmitOutcome;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts a whole copy of a shard in place at the owner and its backups. Like a batch it runs only on the member that
 * submitted it.
 */
final class CopyProcessor implements EntryProcessor<Integer, ShardEntry, Integer> {
    /** What to do at the owner; backups get what the owner then has. */
    enum Kind {
        /** A new empty shard; nothing if there is a copy already. */
        CREATE,
        /** The given copy, whatever was there. */
        INSTALL,
        /** The owner's copy stays and goes to the backups. */
        REPAIR
    }

    private final @Nullable ReplicaHost host;
    private final Kind kind;
    private final int shard;
    private final long submitter;
    private final byte[] given;
    private byte @Nullable [] copy;

    CopyProcessor(@Nullable ReplicaHost host, Kind kind, int shard, long submitter, byte[] given) {
        this.host = host;
        this.kind = kind;
        this.shard = shard;
        this.submitter = submitter;
        this.given = given;
    }

    /** What another member's copy becomes here: refused. */
    static CopyProcessor foreign() {
        return new CopyProcessor(null, Kind.REPAIR, 0, 0, new byte[0]);
    }

    @Override
    public Integer process(Map.Entry<Integer, ShardEntry> entry) {
        if (host == null) {
            return SubmitOutcome.NOT_OWNER.ordinal();
        }
        return switch (kind) {
            case CREATE -> create(host, entry).ordinal();
            case INSTALL -> install(host, entry).ordinal();
            case REPAIR -> repair(host, entry.getValue()).ordinal();
        };
    }

    @Override
    public @Nullable EntryProcessor<Integer, ShardEntry, Integer> getBackupProcessor() {
        return host != null && copy != null ? new CopyBackup(host, shard, submitter, copy) : null;
    }

    private SubmitOutcome create(ReplicaHost on, Map.Entry<Integer, ShardEntry> entry) {
        if (entry.getValue() != null) {
            return SubmitOutcome.DUPLICATE;
        }
        ShardEntry created = on.create(shard);
        byte[] empty = created.snapshot();
        copy = empty;
        entry.setValue(created);
        on.installed(shard, submitter, created, empty);
        return SubmitOutcome.APPLIED;
    }

    private SubmitOutcome install(ReplicaHost on, Map.Entry<Integer, ShardEntry> entry) {
        ShardEntry restored = on.restore(shard, given);
        copy = given;
        entry.setValue(restored);
        on.installed(shard, submitter, restored, given);
        return SubmitOutcome.APPLIED;
    }

    private SubmitOutcome repair(ReplicaHost on, @Nullable ShardEntry entry) {
        if (entry == null) {
            return SubmitOutcome.CLOSED;
        }
        if (entry.isBroken()) {
            return SubmitOutcome.FAILED;
        }
        byte[] whole = entry.snapshot();
        copy = whole;
        on.installed(shard, submitter, entry, whole);
        return SubmitOutcome.APPLIED;
    }
}
