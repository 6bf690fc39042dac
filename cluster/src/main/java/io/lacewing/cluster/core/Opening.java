package io.lacewing.cluster.core;

import io.lacewing.cluster.core.Effect.Event;
import io.lacewing.cluster.core.MissingShards.Copy;
import io.lacewing.cluster.core.MissingShards.Decision;
import io.lacewing.cluster.core.MissingShards.Question;
import io.lacewing.cluster.core.OwnedShard.Surroundings;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How an owned shard comes to be open. Nothing is begun without the lease.
 *
 * <pre>
 * PAUSED  - the pause is over -> ASKING (OpenShard)
 * ASKING  - ShardOpened, and its last owner is this node, a member or fenced -> OPENED
 *         - ShardOpened, and the last owner may have its lease still -> FENCING
 *         - ShardMissing -> MISSING; -> WANTING if a copy is on its way
 *         - no answer for long -> ASKING again
 *         - ShardOpened, and the copy is older than the record of its holders: as if it were missing
 * FENCING - the last owner is fenced -> ASKING
 * MISSING - as {@link MissingShards} decides: -> ASKING (CreateShard), -> WANTING, or MISSING until more is known
 * WANTING - after a while -> ASKING; after some times in vain -> MISSING, without that node's copy for a while
 * OPENED  - the owner has to begin anew -> PAUSED
 * </pre>
 */
final class Opening {
    private static final int ASK_AGAIN_REPORTS = 10;
    /** Between two looks for a copy that is on its way. */
    private static final long LOOK = 1_000;

    private static final int LOOKS = 3;
    /** How long a copy that could not be had is not asked for again. */
    private static final long TRIED = 10_000;

    private final int shard;
    private final Surroundings around;

    private State state = State.PAUSED;
    private long since = Long.MIN_VALUE;
    /** The last owner, which may have its lease still. */
    private long lastOwner;

    /** What the replicated map has, if that is older than what is recorded; null if it has nothing. */
    private @Nullable Offer old;
    /** The old one that is to be used all the same, as there is nothing better. */
    private @Nullable Offer accepted;

    private @Nullable Copy wanted;
    private int looks;
    private final Set<Long> tried = new HashSet<>();
    private long triedAt;
    private boolean forced;
    private String closedAs = "";
    private Found found = Found.THERE;

    private enum State {
        PAUSED,
        ASKING,
        FENCING,
        MISSING,
        WANTING,
        OPENED
    }

    /** Where the shard came from. */
    enum Found {
        /** The replicated map had it. */
        THERE,
        /** From a node's disk. */
        RECOVERED,
        /** It was made, for the first time or instead of what was lost. */
        CREATED
    }

    Opening(int shard, Surroundings around) {
        this.shard = shard;
        this.around = around;
    }

    boolean isOpened() {
        return state == State.OPENED;
    }

    /** Why it is closed, for people; empty if it is not. */
    String closedAs() {
        return closedAs;
    }

    /** Begins anew after this time. */
    void pause(long millis) {
        end();
        state = State.PAUSED;
        since = around.now().steady() + millis;
    }

    /** Nothing is waited for any more. */
    void end() {
        if (wanted != null) {
            wanted = null;
            around.offered().end();
        }
    }

    /** The tables are complete. Cheap: at the end of each turn. */
    void begin() {
        if (state == State.PAUSED
                && around.now().steady() >= since
                && around.majority().isGood()) {
            ask();
        }
    }

    /** Time passes, and the tables are complete. */
    void tick(View view) {
        long now = around.now().steady();
        if (!around.majority().isGood()) {
            return;
        }
        switch (state) {
            case PAUSED, OPENED -> {}
            case ASKING -> {
                if (now - since >= around.settings().times().report() * ASK_AGAIN_REPORTS) {
                    ask();
                }
            }
            case FENCING -> {
                if (isQuiet(lastOwner, view)) {
                    ask();
                }
            }
            case MISSING -> decide();
            case WANTING -> {
                if (now >= since) {
                    ask();
                }
            }
        }
    }

    private void ask() {
        state = State.ASKING;
        since = around.now().steady();
        around.effects().add(new Effect.OpenShard(shard));
    }

    private boolean isQuiet(long owner, View view) {
        return owner == 0
                || owner == around.self()
                || view.has(owner)
                || around.majority().isFenced(owner);
    }

    /**
     * The replicated map has the shard.
     *
     * @return true if it may be used as it is
     */
    boolean opened(Input.ShardOpened opened, View view) {
        if (state != State.ASKING) {
            return false;
        }
        if (!around.majority().isGood()) {
            pause(around.settings().times().retry());
            return false;
        }
        if (!isQuiet(opened.owner(), view)) {
            state = State.FENCING;
            lastOwner = opened.owner();
            return false;
        }
        Offer here = new Offer(shard, opened.epoch(), opened.sequence(), false);
        Copy from = wanted;
        boolean came = from != null && !from.offer().isAhead(here);
        if (!came && !opened.created() && !here.equals(accepted) && isOld(here)) {
            old = here;
            notThere();
            return false;
        }
        found = opened.created() ? Found.CREATED : Found.THERE;
        if (from != null
                && from.offer().epoch() == opened.epoch()
                && from.offer().sequence() == opened.sequence()) {
            found = Found.RECOVERED;
            String node = around.offered().names(List.of(from.identity()));
            around.notes().add(Event.SHARD_RECOVERED, shard, "from the disk of " + node);
        }
        end();
        state = State.OPENED;
        old = null;
        accepted = null;
        closedAs = "";
        forced = false;
        tried.clear();
        return true;
    }

    /** It lacks what was acknowledged since: a replica was promoted that is no holder. Its disks may have all. */
    private boolean isOld(Offer here) {
        return here.epoch() < around.offered().recordedEpoch(shard);
    }

    /** Where it came from, once it is open. */
    Found found() {
        return found;
    }

    /** The replicated map has no copy. */
    void missing() {
        if (state == State.ASKING) {
            old = null;
            notThere();
        }
    }

    private void notThere() {
        Copy copy = wanted;
        if (copy == null) {
            state = State.MISSING;
            decide();
        } else if (++looks < LOOKS) {
            want(copy);
        } else {
            tried.add(copy.node());
            triedAt = around.now().steady();
            end();
            state = State.MISSING;
        }
    }

    private void decide() {
        if (!tried.isEmpty() && around.now().steady() - triedAt >= TRIED) {
            tried.clear();
        }
        Question question = around.offered().question(shard, tried);
        switch (forced ? MissingShards.force(question) : MissingShards.decide(question)) {
            case Decision.Wait wait -> {}
            case Decision.Create create -> {
                if (!acceptOld(question)) {
                    create(question, create.lost());
                }
            }
            case Decision.Want want -> {
                boolean better = old == null || want.copy().offer().isAhead(old);
                if (!better) {
                    acceptOld(question);
                } else if (around.offered().begin()) {
                    looks = 0;
                    wanted = want.copy();
                    if (forced) {
                        around.notes().add(Event.SHARD_FORCED, shard, forcedAs(question));
                    }
                    want(want.copy());
                }
            }
            case Decision.Closed closed -> {
                String missing = closed.missing().isEmpty()
                        ? ""
                        : "; missing " + around.offered().names(closed.missing());
                String here = old == null ? "" : "; the copy in memory is older than what is recorded";
                close(closed.why() + missing + here);
            }
        }
    }

    private boolean acceptOld(Question question) {
        accepted = old;
        if (old == null) {
            return false;
        }
        if (forced) {
            around.notes().add(Event.SHARD_FORCED, shard, forcedAs(question));
        }
        ask();
        return true;
    }

    private void close(String why) {
        if (!why.equals(closedAs)) {
            closedAs = why;
            around.notes().add(Event.SHARD_CLOSED, shard, why);
        }
    }

    private void create(Question question, boolean lost) {
        if (forced) {
            around.notes().add(Event.SHARD_FORCED, shard, forcedAs(question));
        } else if (lost) {
            around.notes().add(Event.SHARD_LOST, shard, "all copies are lost, they were in memory only: begins empty");
        }
        state = State.ASKING;
        since = around.now().steady();
        around.effects().add(new Effect.CreateShard(shard));
    }

    private void want(Copy copy) {
        state = State.WANTING;
        since = around.now().steady() + (looks == 0 ? around.settings().times().retry() : LOOK);
        Offer offer = copy.offer();
        around.effects().add(new Effect.ExpectCopy(shard, offer.epoch(), offer.sequence()));
        around.dispatch().want(copy.node(), offer);
    }

    /**
     * An operator wants to go on with what there is, should the shard be missing and closed. Until it is open.
     *
     * @return what is to be said of it; empty if it is open
     */
    String force() {
        if (state == State.OPENED) {
            return "";
        }
        forced = true;
        if (state != State.MISSING) {
            return "not open yet: opens from what there is, should it be missing";
        }
        tried.clear();
        Question question = around.offered().question(shard, tried);
        if (question.complete()) {
            return forcedAs(question);
        }
        return "opens from what there is when all nodes have said what they have";
    }

    private String forcedAs(Question question) {
        String missing = around.offered().names(MissingShards.missing(question));
        String without = missing.isEmpty() ? "" : ", without " + missing;
        if (MissingShards.force(question) instanceof Decision.Want want
                && (old == null || want.copy().offer().isAhead(old))) {
            Copy copy = want.copy();
            long millis = OwnedShard.millisOf(copy.offer().epoch());
            return "taken from the disk of "
                    + around.offered().names(List.of(copy.identity()))
                    + (copy.offer().doubtful() ? " (which may lack the end)" : "")
                    + ", of an owner since " + Instant.ofEpochMilli(millis) + " ("
                    + Math.max(0, around.now().wall() - millis) / 60_000 + " min ago)" + without;
        }
        return (old == null ? "begins empty, as no copy is here" : "opens from the copy in memory, older than recorded")
                + without;
    }
}
