package io.lacewing.cluster.core;

import io.lacewing.cluster.core.NodeMessage.OfVoters;
import io.lacewing.cluster.core.NodeState.Ballot;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * This node's part of the register of voters: it promises, accepts and learns. Each version is one decision (Paxos): whoever
 * wants version n + 1 has learned version n, gets promises of a majority of its voters, takes what one of these has accepted
 * already, or else what it wants itself, and it is decided when a majority of the old and of the new voters has accepted
 * ({@link VoterAttempt}). What was promised and accepted is on disk before it is answered.
 *
 * <p>Whoever accepts has learned the version before, or is told of it first. Only an operator's order skips versions.
 *
 * <p>Nobody takes part in a change with a node that its view does not have, or that has given up a member of its view:
 * {@link Lease} rests on this.
 */
final class VoterRegister {
    private final View.Member self;
    private final Post post;
    private final KeptState kept;
    private final Fences fences;
    private final Lease lease;
    private final VoterAttempt attempt;
    private final Effects effects;

    private View view = new View(List.of(), List.of());
    /** Those that were asked whether they belong to the same cluster. */
    private final Set<Long> asked = new HashSet<>();

    VoterRegister(
            View.Member self,
            Post post,
            KeptState kept,
            Fences fences,
            Lease lease,
            VoterAttempt attempt,
            Effects effects) {
        this.self = self;
        this.post = post;
        this.kept = kept;
        this.fences = fences;
        this.lease = lease;
        this.attempt = attempt;
        this.effects = effects;
    }

    void viewChanged(View changed) {
        view = changed;
        asked.removeIf(incarnation -> !changed.has(incarnation));
    }

    /** A member's sign of life: it is asked for what it knows better, and once for which cluster it is of. */
    void heard(long from, NodeMessage.Pulse pulse) {
        if (!view.has(from) || pulse.votersVersion() == 0 || lease.isForeign(from)) {
            return;
        }
        boolean first = asked.add(from) && kept.learned().isBorn();
        if (first || pulse.votersVersion() > kept.learned().version()) {
            post.send(from, new OfVoters.Ask());
        }
    }

    /** Another node's message, or this node's own. */
    void receive(long from, OfVoters message) {
        View.Member member = view.member(from);
        if (member == null
                || lease.isForeign(from)
                || (from != self.incarnation() && fences.isAtOddsWith(member.identity()))) {
            return;
        }
        switch (message) {
            case OfVoters.Prepare prepare -> prepare(from, prepare.ballot());
            case OfVoters.Accept accept -> accept(from, accept);
            case OfVoters.Promise promise -> attempt.promised(member, promise);
            case OfVoters.Accepted accepted -> attempt.accepted(member, accepted.ballot());
            case OfVoters.Rejected rejected -> attempt.rejected(rejected);
            case OfVoters.Learn learn -> {
                if (isOurs(member, learn.voters())) {
                    learn(learn.voters());
                }
            }
            case OfVoters.Ask ask -> tell(from);
        }
        Voters decided = attempt.takeDecided();
        if (decided != null) {
            learn(decided);
            view.members().forEach(each -> tell(each.incarnation()));
        }
    }

    private void tell(long to) {
        if (to != self.incarnation() && kept.learned().isBorn()) {
            post.send(to, new OfVoters.Learn(kept.state().accepted(), kept.learned()));
        }
    }

    private boolean isOurs(View.Member member, Voters voters) {
        if (!isForeign(voters)) {
            return true;
        }
        long ours = kept.learned().clusterId();
        lease.refuse(member.incarnation());
        effects.add(new Effect.Note(
                Effect.Event.FOREIGN_NODE,
                1,
                member.nodeId() + " belongs to cluster " + Long.toHexString(voters.clusterId()) + ", this node to "
                        + Long.toHexString(ours) + ": it is not answered; remove it, or its data directory"));
        return false;
    }

    private boolean isForeign(Voters voters) {
        return kept.learned().isBorn() && voters.clusterId() != kept.learned().clusterId();
    }

    private void prepare(long from, Ballot ballot) {
        NodeState state = kept.state();
        if (ballot.compareTo(state.promised()) <= 0) {
            post.send(from, new OfVoters.Rejected(ballot, state.promised()));
            return;
        }
        kept.promise(ballot);
        kept.sayWhenSafe(from, new OfVoters.Promise(ballot, state.accepted(), state.voters()));
    }

    private void accept(long from, OfVoters.Accept accept) {
        Ballot promised = kept.state().promised();
        long known = kept.learned().version();
        long version = accept.voters().version();
        boolean follows = version == known + 1 || version >= known + Voters.FORCED;
        if (accept.ballot().compareTo(promised) < 0 || !follows || isForeign(accept.voters())) {
            post.send(from, new OfVoters.Rejected(accept.ballot(), promised));
            tell(from);
            return;
        }
        kept.accept(accept.ballot(), accept.voters());
        kept.sayWhenSafe(from, new OfVoters.Accepted(accept.ballot()));
    }

    private void learn(Voters voters) {
        Voters before = kept.learned();
        if (voters.version() <= before.version()) {
            return;
        }
        kept.learn(voters);
        attempt.cancel();
        lease.votersChanged();
        fences.votersChanged();
        effects.add(new Effect.Note(
                Effect.Event.VOTERS_CHANGED,
                voters.members().size(),
                "version " + voters.version() + ": " + Voters.names(voters.members())));
    }
}
