package io.lacewing.cluster.core;

import io.lacewing.cluster.core.CoreSettings.Cluster;
import io.lacewing.cluster.core.VoterAttempt.Purpose;
import io.lacewing.cluster.core.Voters.Voter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which changes of the voters this node wants, one after the other.
 *
 * <ul>
 *   <li>The cluster's birth: the lowest incarnation of a view that has as many members as the configuration asks for, none of
 *       which knows voters. All of them become the voters.
 *   <li>What somebody else has begun is finished after a while, by whoever has accepted it and so is kept from its lease.
 *   <li>By the lowest incarnation among the voters of its view, while it has its lease: a voter that is not present, and
 *       whose name another data directory came with, is removed; a member that is no voter is added.
 *   <li>What an operator orders.
 * </ul>
 */
final class VoterWishes {
    /** How long, in milliseconds, a member must have been one before it becomes a voter. */
    private static final long SETTLED = 1_000;
    /** How long somebody else is given to finish what was begun; as much again for each lower incarnation. */
    private static final long UNFINISHED = 500;
    /** How long an operator's order is tried. */
    private static final long ORDER = 10_000;

    private final View.Member self;
    private final Cluster settings;
    private final Now now;
    private final KeptState kept;
    private final Lease lease;
    private final VoterAttempt attempt;

    private View view = new View(List.of(), List.of());
    private final Map<Long, Long> memberSince = new HashMap<>();
    private long unfinishedSince = Long.MIN_VALUE;
    /** The voter that an operator wants removed, and the version that an operator wants reached: 0 if none. */
    private long forgetting;

    private long forcing;
    private long orderUntil;
    private String order = "";

    VoterWishes(View.Member self, Cluster settings, Now now, KeptState kept, Lease lease, VoterAttempt attempt) {
        this.self = self;
        this.settings = settings;
        this.now = now;
        this.kept = kept;
        this.lease = lease;
        this.attempt = attempt;
    }

    void viewChanged(View changed) {
        view = changed;
        memberSince.keySet().removeIf(incarnation -> !changed.has(incarnation));
        for (View.Member member : changed.members()) {
            memberSince.putIfAbsent(member.incarnation(), now.monotonic());
        }
    }

    /** Begins what is wanted most, if nothing is under way. */
    void act() {
        endOrders();
        Voters learned = kept.learned();
        if (kept.state().voters().version() <= learned.version()) {
            unfinishedSince = Long.MIN_VALUE;
        } else if (unfinishedSince == Long.MIN_VALUE) {
            unfinishedSince = now.monotonic();
        }
        if (!attempt.isIdle() || !view.has(self.incarnation())) {
            return;
        }
        if (forcing != 0) {
            attempt.begin(Purpose.FORCE, forced());
        } else if (!learned.isBorn()) {
            if (isBirthDue()) {
                attempt.begin(Purpose.BIRTH, null);
            }
        } else if (isUnfinished()) {
            attempt.begin(Purpose.CHANGE, null);
        } else {
            Voters next = lease.isGood() ? next(learned) : null;
            if (next != null) {
                attempt.begin(Purpose.CHANGE, next);
            }
        }
    }

    private boolean isBirthDue() {
        if (view.members().size() < settings.size()
                || view.members().getFirst().incarnation() != self.incarnation()
                || kept.state().voters().version() > 1) {
            return false;
        }
        for (View.Member member : view.members()) {
            NodeMessage.Pulse pulse = lease.pulseOf(member.incarnation());
            if (member.incarnation() != self.incarnation() && (pulse == null || pulse.votersVersion() > 0)) {
                return false;
            }
        }
        // Who has just started again may still be there under its former incarnation.
        return present().size() == view.members().size();
    }

    private boolean isUnfinished() {
        Voters accepted = kept.state().voters();
        if (unfinishedSince == Long.MIN_VALUE
                || accepted.version() != kept.learned().version() + 1) {
            return false;
        }
        int before = 0;
        for (View.Member member : view.members()) {
            before += member.incarnation() < self.incarnation() ? 1 : 0;
        }
        return now.monotonic() - unfinishedSince >= UNFINISHED * (1 + before);
    }

    private @Nullable Voters next(Voters learned) {
        if (forgetting != 0 && mayLeave(learned, forgetting)) {
            return learned.without(forgetting);
        }
        if (!isFirst(learned)) {
            return null;
        }
        for (Voter voter : learned.members()) {
            if (mayLeave(learned, voter.identity()) && isReplaced(voter)) {
                return learned.without(voter.identity());
            }
        }
        for (View.Member member : view.members()) {
            if (!learned.has(member.identity()) && isSettled(member) && isReady(member)) {
                return learned.with(Voter.of(member));
            }
        }
        return null;
    }

    private boolean isReplaced(Voter voter) {
        for (View.Member member : view.members()) {
            if (member.nodeId().equals(voter.nodeId()) && member.identity() != voter.identity() && isSettled(member)) {
                return true;
            }
        }
        return false;
    }

    /** Only who has the tables on its disk may vote: a majority of the voters knows all that was recorded in them. */
    private boolean isReady(View.Member member) {
        NodeMessage.Pulse pulse = lease.pulseOf(member.incarnation());
        return pulse == null ? member.incarnation() == self.incarnation() : pulse.ready();
    }

    private boolean mayLeave(Voters learned, long identity) {
        return learned.has(identity)
                && !view.hasIdentity(identity)
                && learned.members().size() > 1;
    }

    private boolean isFirst(Voters learned) {
        for (View.Member member : view.members()) {
            if (learned.has(member.identity())) {
                return member.incarnation() == self.incarnation();
            }
        }
        return false;
    }

    private boolean isSettled(View.Member member) {
        Long since = memberSince.get(member.incarnation());
        return since != null
                && now.monotonic() - since > SETTLED
                && lease.isHeard(member.incarnation())
                && !lease.isForeign(member.incarnation())
                && !kept.hasGivenUp(member.incarnation());
    }

    // ---- an operator's orders ----

    /** A voter that is not present is to vote no more. Returns what is to be said. */
    List<String> forget(String nodeId) {
        Voters learned = kept.learned();
        for (Voter voter : learned.members()) {
            if (voter.nodeId().equals(nodeId) && !view.hasIdentity(voter.identity())) {
                if (!lease.isGood()) {
                    return List.of("refused: this node has no majority itself; ask one that has, or recover by force");
                }
                if (learned.members().size() == 1) {
                    return List.of("refused: " + nodeId + " is the only voter");
                }
                forgetting = voter.identity();
                ordered("forget " + nodeId);
                return List.of(nodeId + " will vote no more as soon as the other voters agree: see the status");
            }
        }
        boolean present =
                learned.members().stream().anyMatch(voter -> voter.nodeId().equals(nodeId));
        return List.of(
                present
                        ? "refused: " + nodeId + " is present; stop it first"
                        : "refused: no voter is called " + nodeId + "; the voters are "
                                + Voters.names(learned.members()));
    }

    /** The members that are present are to be the voters, whatever others there are. Returns what is to be said. */
    List<String> force() {
        if (lease.isGood()) {
            return List.of("voters: refused, as this node has its majority: nothing is to be forced");
        }
        long latest = Math.max(kept.version(), forcing);
        for (View.Member member : view.members()) {
            NodeMessage.Pulse pulse = lease.pulseOf(member.incarnation());
            latest = pulse == null ? latest : Math.max(latest, pulse.votersVersion());
        }
        forcing = latest + Voters.FORCED;
        ordered("recover by force");
        String who = view.has(self.incarnation())
                ? Voters.names(present())
                : "those who are here when this node has joined its cluster";
        return List.of("voters: " + who + " will be the voters as soon as all of them agree, instead of "
                + (kept.learned().isBorn() ? Voters.names(kept.learned().members()) : "none"));
    }

    private Voters forced() {
        long known = Math.max(kept.learned().clusterId(), kept.state().voters().clusterId());
        long clusterId = kept.learned().isBorn() ? kept.learned().clusterId() : known;
        return new Voters(clusterId == 0 ? self.identity() : clusterId, forcing, present());
    }

    /** One of each data directory, ascending by identity. */
    private List<Voter> present() {
        Map<Long, Voter> present = new TreeMap<>();
        view.members().forEach(member -> present.put(member.identity(), Voter.of(member)));
        return List.copyOf(present.values());
    }

    private void ordered(String what) {
        orderUntil = now.monotonic() + ORDER;
        order = what;
    }

    private void endOrders() {
        if (forgetting == 0 && forcing == 0) {
            return;
        }
        boolean done =
                forcing == 0 ? !kept.learned().has(forgetting) : kept.learned().version() >= forcing;
        if (done || now.monotonic() >= orderUntil) {
            order = done ? order + ": done" : order + ": given up, as not enough members agreed in time";
            forgetting = 0;
            forcing = 0;
        }
    }

    /** The last order of an operator and how it ended; empty if there was none. */
    String order() {
        return forgetting == 0 && forcing == 0 ? order : order + ": under way";
    }
}
