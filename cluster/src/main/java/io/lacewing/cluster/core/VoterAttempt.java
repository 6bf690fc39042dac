package io.lacewing.cluster.core;

import io.lacewing.cluster.core.NodeMessage.OfVoters;
import io.lacewing.cluster.core.NodeState.Ballot;
import io.lacewing.cluster.core.Voters.Voter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * This node's attempts to have the register of voters decide its next version, one at a time.
 *
 * <pre>
 * IDLE      - begin -> PREPARING (Prepare to all members)
 * PREPARING - promises of enough -> ACCEPTING (Accept to those who count), once those given up are safe on disk
 * ACCEPTING - accepted by enough -> IDLE, decided
 * any       - rejected, nothing to change, or no answer for long -> IDLE, and a pause that grows
 *           - others are the voters -> IDLE
 * </pre>
 *
 * <p>Enough is a majority of the voters that this node has learned and, to accept, of those that are to follow. At the
 * cluster's birth, and for an operator's order, it is all members of the view.
 */
final class VoterAttempt {
    /** How long an attempt may take; doubles with each that failed, as the network may be slow. */
    private static final long PATIENCE = 1_000;

    private static final long SHORTEST_PAUSE = 100;
    private static final int MOST_DOUBLINGS = 5;

    /** What an attempt is for. */
    enum Purpose {
        /** There are no voters yet. */
        BIRTH,
        /** What was begun is to be finished, or one voter to be changed. */
        CHANGE,
        /** An operator wants all present members to be the voters. */
        FORCE
    }

    private enum Phase {
        IDLE,
        PREPARING,
        ACCEPTING
    }

    private final View.Member self;
    private final Now now;
    private final Post post;
    private final KeptState kept;

    private View view = new View(List.of(), List.of());
    private Phase phase = Phase.IDLE;
    private Purpose purpose = Purpose.CHANGE;
    private Ballot ballot = Ballot.NONE;
    private List<View.Member> asked = List.of();
    private final Map<Long, OfVoters.Promise> promises = new HashMap<>();
    private final Set<Long> acceptances = new HashSet<>();
    private Voters value = Voters.NONE;
    private @Nullable Voters change;
    private @Nullable Voters decided;
    private long begunAt;
    private long highest;
    private long notBefore = Long.MIN_VALUE;
    private int failures;

    VoterAttempt(View.Member self, Now now, Post post, KeptState kept) {
        this.self = self;
        this.now = now;
        this.post = post;
        this.kept = kept;
    }

    void viewChanged(View changed) {
        view = changed;
        if (purpose != Purpose.CHANGE) {
            phase = Phase.IDLE;
        }
    }

    /** True if one may be begun now. */
    boolean isIdle() {
        return phase == Phase.IDLE && now.monotonic() >= notBefore;
    }

    /**
     * Begins.
     *
     * @param wanted what is to follow the voters that this node has learned; null if only what was begun is to be finished
     */
    void begin(Purpose why, @Nullable Voters wanted) {
        purpose = why;
        change = wanted;
        begunAt = now.monotonic();
        highest = Math.max(highest, kept.state().promised().number()) + 1;
        ballot = new Ballot(highest, self.identity());
        asked = view.members();
        promises.clear();
        acceptances.clear();
        value = Voters.NONE;
        phase = Phase.PREPARING;
        for (View.Member member : asked) {
            post.send(member.incarnation(), new OfVoters.Prepare(ballot));
        }
    }

    void promised(View.Member by, OfVoters.Promise promise) {
        if (phase == Phase.PREPARING && promise.ballot().equals(ballot)) {
            promises.put(by.identity(), promise);
            decide();
        }
    }

    void rejected(OfVoters.Rejected rejected) {
        highest = Math.max(highest, rejected.promised().number());
        if (phase != Phase.IDLE && rejected.ballot().equals(ballot)) {
            fail();
        }
    }

    void accepted(View.Member by, Ballot in) {
        if (phase == Phase.ACCEPTING && in.equals(ballot)) {
            acceptances.add(by.identity());
            boolean enough = purpose == Purpose.CHANGE
                    ? kept.learned().isMajority(acceptances) && value.isMajority(acceptances)
                    : acceptances.containsAll(identities(asked)) && value.isAll(acceptances);
            if (enough) {
                phase = Phase.IDLE;
                failures = 0;
                decided = value;
            }
        }
    }

    /** The voters are others: what was wanted was wanted of their predecessors. */
    void cancel() {
        phase = Phase.IDLE;
    }

    /** What an attempt has decided since the last call; null if none has. */
    @Nullable
    Voters takeDecided() {
        Voters taken = decided;
        decided = null;
        return taken;
    }

    /** Time passes. */
    void tick() {
        if (phase == Phase.PREPARING) {
            decide();
        }
        if (phase != Phase.IDLE && now.monotonic() - begunAt >= PATIENCE << Math.min(failures, MOST_DOUBLINGS)) {
            fail();
        }
    }

    /** The pause differs between nodes, lest they get in each other's way for ever. */
    private void fail() {
        phase = Phase.IDLE;
        long pause = SHORTEST_PAUSE << Math.min(failures++, MOST_DOUBLINGS);
        long mixed = (self.identity() + failures) * 0x9E3779B97F4A7C15L;
        notBefore = now.monotonic() + pause + Math.floorMod(mixed >>> 7, pause);
    }

    private void decide() {
        // Whoever accepts must hear first whom this node has given up.
        if (!kept.isSettled()) {
            return;
        }
        if (purpose == Purpose.CHANGE) {
            if (kept.learned().isMajority(promises.keySet())) {
                ask(next());
            }
        } else if (promises.keySet().containsAll(identities(asked))) {
            ask(purpose == Purpose.BIRTH ? birth() : change);
        }
    }

    private void ask(@Nullable Voters proposed) {
        if (proposed == null) {
            fail();
            return;
        }
        phase = Phase.ACCEPTING;
        value = proposed;
        for (View.Member member : asked) {
            if (purpose != Purpose.CHANGE || kept.learned().has(member.identity()) || value.has(member.identity())) {
                if (kept.learned().isBorn() && member.incarnation() != self.incarnation()) {
                    post.send(
                            member.incarnation(),
                            new OfVoters.Learn(kept.state().accepted(), kept.learned()));
                }
                post.send(member.incarnation(), new OfVoters.Accept(ballot, value));
            }
        }
    }

    /** What was accepted last of the next version, or else the change; null if there is none, or this node is behind. */
    private @Nullable Voters next() {
        Voters learned = kept.learned();
        OfVoters.Promise latest = null;
        for (OfVoters.Promise promise : promises.values()) {
            if (promise.voters().version() > learned.version()
                    && promise.voters().clusterId() == learned.clusterId()
                    && (latest == null || promise.accepted().compareTo(latest.accepted()) > 0)) {
                latest = promise;
            }
        }
        if (latest == null) {
            return change != null && change.version() == learned.version() + 1 ? change : null;
        }
        return latest.voters().version() == learned.version() + 1 ? latest.voters() : null;
    }

    /**
     * The first voters: those that may have been decided by an earlier attempt, or else all members. An earlier attempt was
     * certainly not decided if one of its voters did not accept it, as then all must.
     */
    private @Nullable Voters birth() {
        Map<Long, Voters> possible = new HashMap<>();
        for (OfVoters.Promise promise : promises.values()) {
            Voters earlier = promise.voters();
            if (earlier.version() > 1) {
                return null;
            }
            if (earlier.isBorn() && isPossiblyDecided(earlier)) {
                possible.put(earlier.clusterId(), earlier);
            }
        }
        if (possible.size() > 1) {
            return null;
        }
        if (!possible.isEmpty()) {
            return possible.values().iterator().next();
        }
        List<Voter> all = new ArrayList<>();
        asked.forEach(member -> all.add(Voter.of(member)));
        long mixed = (self.identity() ^ Long.rotateLeft(ballot.number(), 40)) * 0xBF58476D1CE4E5B9L;
        return new Voters(mixed == 0 ? 1 : mixed, 1, Voters.sorted(all));
    }

    private boolean isPossiblyDecided(Voters earlier) {
        for (Voter voter : earlier.members()) {
            OfVoters.Promise promise = promises.get(voter.identity());
            if (promise != null && promise.voters().clusterId() != earlier.clusterId()) {
                return false;
            }
        }
        return true;
    }

    private static Set<Long> identities(List<View.Member> members) {
        Set<Long> identities = new HashSet<>();
        members.forEach(member -> identities.add(member.identity()));
        return identities;
    }
}
