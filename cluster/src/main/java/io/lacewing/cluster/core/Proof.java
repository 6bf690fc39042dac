package io.lacewing.cluster.core;

import io.lacewing.cluster.core.View.Placement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the replicas of an owned shard have said they hold, and up to which batch that proves enough copies: every backup
 * that the view names must have said so, and with the owner there must be as many members as are asked for. A report of
 * a later batch proves the earlier ones, as the hash is over all of them; one whose hash this node can't compare yet
 * proves nothing.
 *
 * <p>The owner's own word is that the batch was applied here: with a journal, that comes when it is written.
 */
final class Proof {
    private static final int HASHES = 64;

    private final long epoch;
    private final TreeMap<Long, Long> hashes = new TreeMap<>();
    private final Map<Long, ReplicaReport> reports = new HashMap<>();
    private long applied;

    /** What a report means. */
    enum Verdict {
        /** Nothing new. */
        IGNORED,
        /** It may prove something. */
        COUNTED,
        /** The replica lacks something: it needs a copy. */
        GAP,
        /** The replica holds something else: it needs a copy. */
        DIVERGED,
        /** The replica has seen an owner with a later epoch, and refuses this one's batches: this one must begin anew. */
        SUPERSEDED
    }

    /** For an owner that begins with this epoch. */
    Proof(long epoch) {
        this.epoch = epoch;
    }

    /**
     * This node's own replica applied a batch.
     *
     * @return DIVERGED if a replica that was faster holds something else
     */
    Verdict applied(long sequence, long hash) {
        applied = sequence;
        hashes.put(sequence, hash);
        if (hashes.size() > HASHES) {
            hashes.pollFirstEntry();
        }
        boolean diverged = reports.values().removeIf(report -> report.sequence() == sequence && report.hash() != hash);
        return diverged ? Verdict.DIVERGED : Verdict.COUNTED;
    }

    /** A replica reported. The reports of one replica come in the order in which it made them. */
    Verdict reported(ReplicaReport report) {
        if (report.epoch() > epoch) {
            return Verdict.SUPERSEDED;
        }
        if (report.gap()) {
            // It may have fallen back since its last report, to an older copy: then that one proves nothing any more.
            reports.remove(report.member());
            return Verdict.GAP;
        }
        ReplicaReport known = reports.get(report.member());
        if (report.epoch() < epoch || (known != null && known.sequence() > report.sequence())) {
            return Verdict.IGNORED;
        }
        Long own = hashes.get(report.sequence());
        if (own == null ? report.sequence() <= applied : own != report.hash()) {
            return own == null ? Verdict.IGNORED : Verdict.DIVERGED;
        }
        reports.put(report.member(), report);
        return Verdict.COUNTED;
    }

    /** The last batch of which there are enough copies; 0 if there is none. */
    long proven(View view, int shard, CoreSettings settings) {
        Placement placement = view.placements().get(shard);
        long proven = applied;
        for (long backup : placement.backups()) {
            if (backup != placement.owner() && view.has(backup)) {
                proven = Math.min(proven, heldBy(backup));
            }
        }
        int enough = settings.cluster().strictCopies()
                ? settings.minCopies()
                : Math.min(settings.minCopies(), view.members().size());
        return copies(view, shard) >= enough ? proven : 0;
    }

    /** How many members hold the shard by the view, the owner included. */
    static int copies(View view, int shard) {
        Placement placement = view.placements().get(shard);
        int copies = 1;
        for (long backup : placement.backups()) {
            copies += backup != placement.owner() && view.has(backup) ? 1 : 0;
        }
        return copies;
    }

    /** The last batch that this node has applied; 0 if there is none. */
    long applied() {
        return applied;
    }

    /** True if a backup has not said that it holds all that this node has applied. */
    boolean lacksReport(View view, int shard) {
        Placement placement = view.placements().get(shard);
        for (long backup : placement.backups()) {
            if (backup != placement.owner() && view.has(backup) && heldBy(backup) < applied) {
                return true;
            }
        }
        return false;
    }

    private long heldBy(long member) {
        ReplicaReport report = reports.get(member);
        return report == null || report.sequence() > applied ? 0 : report.sequence();
    }

    /**
     * Who holds the shard no more says nothing more: should it hold it again, it may have forgotten on disk what it had
     * reported.
     */
    void viewChanged(View view, int shard) {
        List<Long> backups = view.placements().get(shard).backups();
        reports.keySet().removeIf(member -> !view.has(member) || !backups.contains(member));
    }
}
