package io.lacewing.cluster.core;

import io.lacewing.cluster.core.View.Placement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which data directories are recorded to hold an owned shard in the present epoch, and which record is under way. */
final class RecordedHolders {
    private final long epoch;
    private long number;
    private @Nullable List<Long> recorded;
    private @Nullable List<Long> underWay;
    /** True if somebody came while the record was under way. */
    private boolean stale;

    /** Nothing is recorded for this epoch yet. */
    RecordedHolders(long epoch) {
        this.epoch = epoch;
    }

    /** Who holds the shard by the view: the data directories of the owner and the backups, ascending. */
    static List<Long> of(View view, int shard) {
        Placement placement = view.placements().get(shard);
        List<Long> identities = new ArrayList<>();
        add(identities, view, placement.owner());
        placement.backups().forEach(backup -> add(identities, view, backup));
        return identities.stream().distinct().sorted().toList();
    }

    private static void add(List<Long> to, View view, long incarnation) {
        View.Member member = view.member(incarnation);
        if (member != null) {
            to.add(member.identity());
        }
    }

    /** True if a record is not known to all yet. */
    boolean isUnderWay() {
        return underWay != null;
    }

    /** True if these are recorded, and all members know. */
    boolean is(List<Long> holders) {
        return holders.equals(recorded);
    }

    /** Records these. Not while {@link #isUnderWay}. */
    TableRecord.Holders begin(int shard, List<Long> holders) {
        number++;
        underWay = holders;
        stale = false;
        return new TableRecord.Holders(shard, new Version(epoch, number), holders);
    }

    /** What stands for the record under way. */
    Token token(int shard) {
        return new Token.HoldersPart(shard, epoch, number);
    }

    /** All members know a record. Returns false if it is not the one that is under way. */
    boolean done(Token.HoldersPart part) {
        if (underWay == null || part.epoch() != epoch || part.number() != number) {
            return false;
        }
        recorded = stale ? null : underWay;
        underWay = null;
        return true;
    }

    /** Somebody has become a member: it is to know, too. */
    void memberCame() {
        recorded = null;
        stale = true;
    }
}
