package io.lacewing.cluster.core;

import io.lacewing.cluster.core.CoreSettings.Cluster;
import io.lacewing.cluster.core.Voters.Voter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a node says of how it stands: whether it is ready, paused, and whether it has to begin anew. */
final class Health {
    /** How long the majority must have left the view of a node without lease, and be silent about it, to begin anew. */
    private static final long LEFT = 1_000;
    /** The same for a node that has never had one: it may just be joining, and others with it. */
    private static final long NEVER_LEASED = 10_000;

    private static final long UNLISTED = 2_000;
    private static final int UNLISTED_PULSES = 3;
    /** The same for one that has its lease by others. */
    private static final long AT_ODDS = 5_000;

    private static final long STANDING = 250;

    private final View.Member self;
    private final Cluster settings;
    private final Now now;
    private final Lease lease;
    private final Fences fences;
    private final SelfState says;
    private final Effects effects;

    private View view = new View(List.of(), List.of());
    private @Nullable String missing = "the node has not joined";
    private @Nullable ClusterStanding standing;
    private long standingAt = Long.MIN_VALUE;
    private boolean leased;
    private long lostAt;
    private boolean paused;
    private long leftSince = Long.MIN_VALUE;
    private boolean rejoining;
    /** Members whose pulses do not list this node. */
    private final Map<Long, Unlisted> unlisted = new HashMap<>();

    /**
     * How long a member has not listed this node.
     *
     * @param listed whom it lists
     */
    private record Unlisted(long since, int pulses, List<Long> listed) {}

    Health(View.Member self, Cluster settings, Now now, Lease lease, Fences fences, SelfState says, Effects effects) {
        this.self = self;
        this.settings = settings;
        this.now = now;
        this.lease = lease;
        this.fences = fences;
        this.says = says;
        this.effects = effects;
    }

    void viewChanged(View changed) {
        view = changed;
        unlisted.keySet().removeIf(incarnation -> !changed.has(incarnation));
    }

    /** A member's pulse: does it list this node? */
    void heard(long from, NodeMessage.Pulse pulse) {
        if (!view.has(from) || pulse.members().contains(self.incarnation())) {
            unlisted.remove(from);
        } else {
            Unlisted before = unlisted.get(from);
            unlisted.put(
                    from,
                    before == null
                            ? new Unlisted(now.monotonic(), 1, pulse.members())
                            : new Unlisted(before.since, before.pulses + 1, pulse.members()));
        }
    }

    /** Before anything else of a turn: the lease may have ended while the process stood still. */
    void observe() {
        boolean good = lease.isGood();
        if (good && paused) {
            paused = false;
            effects.add(new Effect.Note(Effect.Event.RESUMED, lease.answering().size(), answers()));
        }
        if (leased && !good && lostAt == Long.MIN_VALUE) {
            lostAt = now.monotonic();
        } else if (good) {
            leased = true;
            lostAt = Long.MIN_VALUE;
        }
    }

    /** Time passes. */
    void tick() {
        if (lostAt != Long.MIN_VALUE && !paused && now.monotonic() - lostAt >= settings.pause()) {
            paused = true;
            effects.add(new Effect.Note(Effect.Event.PAUSED, lease.answering().size(), answers()));
        }
        String why = rejoining ? null : whyRejoin();
        if (why != null) {
            rejoining = true;
            effects.add(new Effect.Rejoin(why));
        }
    }

    private @Nullable String whyRejoin() {
        if (settings.keepServing()) {
            return null;
        }
        if (fences.isSelfGivenUp()) {
            return "others have gone on without this node";
        }
        if (!view.has(self.incarnation())) {
            leftSince = Long.MIN_VALUE;
            return null;
        }
        boolean good = lease.isGood();
        for (Map.Entry<Long, Unlisted> entry : unlisted.entrySet()) {
            Unlisted count = entry.getValue();
            long since = now.monotonic() - count.since();
            if (count.pulses() >= UNLISTED_PULSES && (good ? since > AT_ODDS && isFirst(count) : since > UNLISTED)) {
                View.Member member = view.member(entry.getKey());
                return (member == null ? "a member" : member.nodeId()) + " does not count this node as a member";
            }
        }
        if (good) {
            leftSince = Long.MIN_VALUE;
            return null;
        }
        if (isMajorityPresent() || (!leased && areVotersReplaced())) {
            leftSince = Long.MIN_VALUE;
        } else if (leftSince == Long.MIN_VALUE) {
            leftSince = now.monotonic();
        } else if (now.monotonic() - leftSince >= (leased ? LEFT : NEVER_LEASED)) {
            return "the majority of the voters has left: " + answers();
        }
        return null;
    }

    /**
     * A member has given up nodes that go on, for good: they begin anew one after another, while the others are a majority
     * without that one.
     */
    private boolean isFirst(Unlisted count) {
        for (View.Member member : view.members()) {
            if (member.incarnation() < self.incarnation() && !count.listed.contains(member.incarnation())) {
                return false;
            }
        }
        Voters voters = lease.voters();
        long others = present(voters).stream()
                .filter(voter -> voter.identity() != self.identity())
                .count();
        return others >= voters.majority();
    }

    private boolean isMajorityPresent() {
        Voters voters = lease.voters();
        return voters.isBorn()
                ? present(voters).size() >= voters.majority()
                : view.members().size() >= settings.size();
    }

    /**
     * Enough nodes are here for a majority, but on other disks than the voters'. Beginning anew would not bring those back:
     * they come, or an operator goes on without them.
     */
    private boolean areVotersReplaced() {
        Voters voters = lease.voters();
        return voters.isBorn() && present(voters).size() + replaced(voters).size() >= voters.majority();
    }

    /** Voters that are not here, while a node of the same name is, with another identity. */
    private List<Voter> replaced(Voters voters) {
        return voters.members().stream()
                .filter(voter -> !view.hasIdentity(voter.identity()) && view.hasName(voter.nodeId()))
                .toList();
    }

    private List<Voter> present(Voters voters) {
        return voters.members().stream()
                .filter(voter -> view.hasIdentity(voter.identity()))
                .toList();
    }

    /** End of a turn, after the tables were published: says what has changed. */
    void flush() {
        String now = missing();
        if (now == null ? missing != null : !now.equals(missing)) {
            missing = now;
            effects.add(now == null ? Effect.Ready.YES : new Effect.Ready(now));
        }
        tell();
    }

    private void tell() {
        if (standingAt != Long.MIN_VALUE && now.monotonic() - standingAt < STANDING) {
            return;
        }
        List<String> names = new ArrayList<>();
        view.members().forEach(member -> names.add(member.nodeId()));
        ClusterStanding latest =
                new ClusterStanding(lease.isGood(), lease.voters(), names, says.owned, says.closed, says.behind);
        if (!latest.equals(standing)) {
            standing = latest;
            standingAt = now.monotonic();
            effects.add(new Effect.Standing(latest));
        }
    }

    private @Nullable String missing() {
        if (!view.has(self.incarnation())) {
            return "the node has not joined";
        }
        if (!lease.isGood()) {
            return lease.voters().isBorn() ? answers() : unborn();
        }
        return says.ready ? null : "the routes and retained messages are not complete yet";
    }

    private String unborn() {
        int present = view.members().size();
        return present < settings.size()
                ? "the cluster has not begun: " + present + " of " + settings.size() + " nodes are present"
                : "the voters of the cluster are not known yet";
    }

    /** Who answers and who does not. */
    String answers() {
        List<Voter> all = lease.voters().members();
        List<Voter> answering = lease.answering();
        List<Voter> missing =
                all.stream().filter(voter -> !answering.contains(voter)).toList();
        List<Voter> replaced = replaced(lease.voters());
        String most = answering.size() >= lease.voters().majority() ? "a majority" : "no majority";
        return most + " of the " + all.size() + " voters answers: " + answering.size() + " present ("
                + Voters.names(answering) + ")"
                + (missing.isEmpty() ? "" : "; missing " + Voters.names(missing))
                + (replaced.isEmpty()
                        ? ""
                        : ", of which these are here without the disk that votes: " + Voters.names(replaced));
    }

    /** Lines for people. */
    List<String> status() {
        Voters voters = lease.voters();
        List<String> lines = new ArrayList<>();
        lines.add("node " + self.nodeId() + ": " + (missing == null ? "ready" : "not ready: " + missing));
        lines.add("cluster " + Long.toHexString(voters.clusterId()) + ", voters version " + voters.version() + ": "
                + Voters.names(voters.members()));
        lines.add("lease: " + (lease.isGood() ? "yes, " : "no, ") + answers());
        return lines;
    }
}
