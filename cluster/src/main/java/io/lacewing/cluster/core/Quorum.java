package io.lacewing.cluster.core;

import io.lacewing.cluster.core.CoreSettings.Cluster;
import java.util.ArrayList;
import java.util.List;

/**
 * What keeps a minority quiet, put together: the lease, whom the nodes give up, and the register of voters. In a turn:
 * {@link #observe} before each input, {@link #flush} at its end, before the links'.
 */
final class Quorum {
    private final KeptState kept;
    private final Fences fences;
    private final Lease lease;
    private final VoterAttempt attempt;
    private final VoterRegister register;
    private final VoterWishes wishes;
    private final Health health;
    /** True if there may be something new to wish for. */
    private boolean due;

    /**
     * A quorum that knows nobody yet.
     *
     * @param found the node's state on disk
     * @param says what others are told of this node; changed by who gave it
     */
    Quorum(View.Member self, Cluster settings, NodeState found, Now now, Post post, SelfState says, Effects effects) {
        kept = new KeptState(found, post, effects);
        fences = new Fences(self, Lease.fenceMillis(settings), now, post, kept);
        lease = new Lease(self, settings, now, post, kept, fences, says, effects);
        attempt = new VoterAttempt(self, now, post, kept);
        register = new VoterRegister(self, post, kept, fences, lease, attempt, effects);
        wishes = new VoterWishes(self, settings, now, kept, lease, attempt);
        health = new Health(self, settings, now, lease, fences, says, effects);
    }

    /** For whoever must be quiet without it. */
    Majority majority() {
        return lease;
    }

    /** The time has moved on. */
    void observe() {
        health.observe();
    }

    /** Members come and go. */
    void viewChanged(View view) {
        fences.viewChanged(view);
        lease.viewChanged(view);
        attempt.viewChanged(view);
        register.viewChanged(view);
        wishes.viewChanged(view);
        health.viewChanged(view);
        due = true;
    }

    void receive(long from, NodeMessage.Pulse pulse) {
        lease.receive(from, pulse);
        health.heard(from, pulse);
        register.heard(from, pulse);
    }

    void receive(long from, NodeMessage.Echo echo) {
        lease.receive(from, echo);
        health.observe();
    }

    void receive(long from, NodeMessage.GivenUp givenUp) {
        fences.receive(from, givenUp);
    }

    void receive(long from, NodeMessage.OfVoters message) {
        register.receive(from, message);
        health.observe();
        due = true;
    }

    /** Answer to {@link Effect.SaveState}. */
    void saved(long save) {
        kept.saved(save);
        fences.announce();
        kept.answer();
    }

    /** Time passes. */
    void tick() {
        due = true;
        lease.tick();
        attempt.tick();
        health.tick();
    }

    /** The turn ends: what is to be saved is saved, and what was safe before is said. */
    void flush() {
        if (due) {
            due = false;
            wishes.act();
        }
        lease.flush();
        kept.flush();
    }

    /** After {@link #flush} and all else of the turn: says how the node stands. */
    void tell() {
        health.flush();
    }

    // ---- an operator ----

    /** How the node stands, in lines for people. */
    List<String> status() {
        List<String> lines = new ArrayList<>(health.status());
        if (!wishes.order().isEmpty()) {
            lines.add("last order: " + wishes.order());
        }
        return lines;
    }

    /** {@link Input.Order.ForgetNode}: what is to be said. */
    List<String> forget(String nodeId) {
        return wishes.forget(nodeId);
    }

    /** {@link Input.Order.RecoverByForce}, as far as the voters are concerned: what is to be said. */
    List<String> recoverByForce() {
        return wishes.force();
    }
}
