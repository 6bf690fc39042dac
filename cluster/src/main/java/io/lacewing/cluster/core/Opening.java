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
 *         - ShardOpened, and the copy is older than the record of its holders, or than what one of them has -> WANTING if
 *           a disk has a later one, else PAUSED, and it counts as closed
 *         - ShardOpened, and it is not known what the holders have -> PAUSED for a moment
 * FENCING - the last owner is fenced -> ASKING
 * MISSING - as {@link MissingShards} decides: -> ASKING (CreateShard), -> WANTING, or MISSING until more is known
 * WANTING - the copy has come, or after a while -> ASKING; after some times in vain -> MISSING, without that node's copy for a while
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
    /** Between two looks whether somebody has given his word. */
    private static final long WORD = 20;
    /** After which it is said whose word is missing. */
    private static final long SILENT = 5_000;

    private final int shard;
    private final Surroundings around;

    private State state = State.PAUSED;
    private long since = Long.MIN_VALUE;
    /** The last owner, which may have its lease still. */
    private long lastOwner;

    private @Nullable Copy wanted;
    /** True if a copy would be asked for, but too many are on their way. */
    private boolean isInLine;

    private int looks;
    /** The question that a holder is to answer before a copy is used that may be old; 0 if it was not asked. */
    private long word;

    private long wordSince;
    private final Set<Long> tried = new HashSet<>();
    private long triedAt;
    private boolean forced;
    /** What an operator's wish has led to, to be said when it is open. */
    private String forcedTo = "";

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
        forcedTo = "";
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
        } else if (state == State.MISSING
                && isInLine
                && around.offered().hasRoom()
                && around.majority().isGood()) {
            decide();
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
        if (!opened.created() && !isWanted(opened)) {
            switch (around.offered().standing(here(opened), word)) {
                case CURRENT -> {}
                case UNKNOWN -> {
                    awaitWord();
                    return false;
                }
                case OLD -> {
                    if (!takesOld(opened)) {
                        return false;
                    }
                }
            }
        }
        Copy from = wanted;
        found = opened.created() ? Found.CREATED : Found.THERE;
        if (from != null && isWanted(opened)) {
            found = Found.RECOVERED;
            String node = around.offered().names(List.of(from.identity()));
            around.notes().add(Event.SHARD_RECOVERED, shard, "from the disk of " + node);
        }
        end();
        word = 0;
        state = State.OPENED;
        closedAs = "";
        if (!forcedTo.isEmpty()) {
            around.notes().add(Event.SHARD_FORCED, shard, forcedTo);
        }
        forced = false;
        forcedTo = "";
        tried.clear();
        return true;
    }

    private boolean isWanted(Input.ShardOpened opened) {
        return isWanted(opened.epoch(), opened.sequence());
    }

    private boolean isWanted(long epoch, long sequence) {
        Copy from = wanted;
        return from != null && from.offer().epoch() == epoch && from.offer().sequence() == sequence;
    }

    private Offer here(Input.ShardOpened opened) {
        return new Offer(shard, opened.epoch(), opened.sequence(), false);
    }

    /** A node that is recorded to hold the shard is to say what it has: this one is not, and may have been left behind. */
    private void awaitWord() {
        long now = around.now().steady();
        if (word > 0 && now - wordSince >= SILENT) {
            close("no node that holds it has said what its disk has");
            word = 0;
        }
        if (word == 0) {
            word = around.offered().ask();
            wordSince = now;
        }
        pause(WORD);
    }

    /** An old copy is there. Returns true if it is used all the same, as an operator wants it and no disk has more. */
    private boolean takesOld(Input.ShardOpened opened) {
        Copy copy = wanted;
        if (copy != null) {
            notThere(copy);
            return false;
        }
        Question question = question();
        String why = "the copy that the nodes have is older than what is recorded";
        switch (decision(question)) {
            case Decision.Wait wait -> {}
            case Decision.Want want
            when want.copy().offer().isAhead(here(opened)) -> {
                state = State.MISSING;
                begin(want.copy(), question);
                return false;
            }
            case Decision.Refused refused -> close(refusal(refused.copy()));
            case Decision.Closed closed -> close(why + withMissing(closed.missing()));
            case Decision.Want want -> {
                // What those have that count is no later: it may lack what they have lost, as they do.
                forcedTo = forced ? why + withMissing(MissingShards.missing(question)) : "";
                return true;
            }
            case Decision.Create create -> {
                return takesOldByForce(question, why);
            }
        }
        pause(LOOK);
        return false;
    }

    private boolean takesOldByForce(Question question, String why) {
        if (forced) {
            forcedTo = why + withMissing(MissingShards.missing(question));
            return true;
        }
        close(why);
        pause(LOOK);
        return false;
    }

    /** Where it came from, once it is open. */
    Found found() {
        return found;
    }

    /** A replica says what it holds: when it is this node's own and holds the copy that is wanted, that has come. */
    void reported(ReplicaReport report) {
        if (state == State.WANTING
                && report.member() == around.self()
                && isWanted(report.epoch(), report.sequence())
                && around.majority().isGood()) {
            ask();
        }
    }

    /** The replicated map has no copy. */
    void missing() {
        if (state != State.ASKING) {
            return;
        }
        Copy copy = wanted;
        if (copy == null) {
            state = State.MISSING;
            since = around.now().steady();
            decide();
        } else {
            notThere(copy);
        }
    }

    /** The copy that is wanted has not come. */
    private void notThere(Copy copy) {
        if (++looks < LOOKS) {
            want(copy);
        } else {
            tried.add(copy.node());
            triedAt = around.now().steady();
            end();
            state = State.MISSING;
            since = around.now().steady();
            forcedTo = "";
        }
    }

    private Question question() {
        if (!tried.isEmpty() && around.now().steady() - triedAt >= TRIED) {
            tried.clear();
        }
        return around.offered().question(shard, tried);
    }

    private Decision decision(Question question) {
        return forced ? MissingShards.force(question) : MissingShards.decide(question);
    }

    private void decide() {
        isInLine = false;
        Question question = question();
        switch (decision(question)) {
            case Decision.Wait wait -> {
                if (around.now().steady() - since >= SILENT) {
                    close("these nodes have not said what their disks have: "
                            + around.offered().names(around.offered().silent()));
                }
            }
            case Decision.Create create -> create(question, create.lost());
            case Decision.Want want -> begin(want.copy(), question);
            case Decision.Closed closed -> close(closed.why() + withMissing(closed.missing()));
            case Decision.Refused refused -> close(refusal(refused.copy()));
        }
    }

    private void begin(Copy copy, Question question) {
        isInLine = !around.offered().begin();
        if (!isInLine) {
            looks = 0;
            wanted = copy;
            forcedTo = forced ? forcedAs(question) : "";
            want(copy);
        }
    }

    private String withMissing(List<Long> missing) {
        return missing.isEmpty() ? "" : "; missing " + around.offered().names(missing);
    }

    private String refusal(Copy copy) {
        String node = around.offered().names(List.of(copy.identity()));
        return "the disk of " + node
                + " has a copy that could not be had: see its log and start it anew; if it is to go"
                + " on without that, stop it and use force again";
    }

    private void close(String why) {
        if (!why.equals(closedAs)) {
            closedAs = why;
            around.notes().add(Event.SHARD_CLOSED, shard, why);
        }
    }

    private void create(Question question, boolean lost) {
        if (forced) {
            forcedTo = forcedAs(question);
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
        Decision decision = MissingShards.force(question);
        if (decision instanceof Decision.Refused refused) {
            return "stays closed: " + refusal(refused.copy());
        }
        if (decision instanceof Decision.Want want) {
            Copy copy = want.copy();
            long millis = OwnedShard.millisOf(copy.offer().epoch());
            return "taken from the disk of "
                    + around.offered().names(List.of(copy.identity()))
                    + (copy.offer().doubtful() ? " (which may lack the end)" : "")
                    + ", of an owner since " + Instant.ofEpochMilli(millis) + " ("
                    + Math.max(0, around.now().wall() - millis) / 60_000 + " min ago)" + without;
        }
        return "begins empty, as no copy is here" + without;
    }
}
