package io.lacewing.cluster.core;

import io.lacewing.cluster.core.NodeState.Ballot;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What this node keeps of itself on disk, and the answers that wait until it is there. One save is in flight at a time;
 * what changes meanwhile is saved together by the next.
 */
final class KeptState {
    /** How many incarnations are remembered as given up. */
    static final int GIVEN_UP = 256;

    private final Post post;
    private final Effects effects;

    private NodeState state;
    private NodeState safe;
    private @Nullable NodeState inFlight;
    private long saves;
    /** Wait for the save after the one in flight, and for the one in flight. */
    private List<Answer> waiting = new ArrayList<>();

    private List<Answer> leaving = List.of();

    private record Answer(long to, NodeMessage message) {}

    KeptState(NodeState found, Post post, Effects effects) {
        this.post = post;
        this.effects = effects;
        this.state = found;
        this.safe = found;
    }

    // ---- reading ----

    /** As it is to be. */
    NodeState state() {
        return state;
    }

    long identity() {
        return state.identity();
    }

    /** The latest voters that this node knows to be the cluster's. */
    Voters learned() {
        return state.learned();
    }

    /** The version below which this node answers no pulses: of the latest voters that it learned or accepted. */
    long version() {
        return Math.max(state.learned().version(), state.voters().version());
    }

    boolean hasGivenUp(long incarnation) {
        return state.givenUp().contains(incarnation);
    }

    /** Those given up that are safe on disk. */
    List<Long> safelyGivenUp() {
        return safe.givenUp();
    }

    /** True if whom this node has given up is safe on disk. */
    boolean isSettled() {
        return state.givenUp().equals(safe.givenUp());
    }

    // ---- changing ----

    void promise(Ballot ballot) {
        state = new NodeState(
                state.identity(), ballot, state.accepted(), state.voters(), state.learned(), state.givenUp());
    }

    void accept(Ballot ballot, Voters voters) {
        state = new NodeState(state.identity(), ballot, ballot, voters, state.learned(), state.givenUp());
    }

    void learn(Voters voters) {
        state = new NodeState(
                state.identity(), state.promised(), state.accepted(), state.voters(), voters, state.givenUp());
    }

    void giveUp(long incarnation) {
        if (hasGivenUp(incarnation)) {
            return;
        }
        List<Long> more = new ArrayList<>(state.givenUp());
        more.add(incarnation);
        if (more.size() > GIVEN_UP) {
            more.removeFirst();
        }
        state = new NodeState(
                state.identity(),
                state.promised(),
                state.accepted(),
                state.voters(),
                state.learned(),
                List.copyOf(more));
    }

    /** Says this when the state as it is now is safe on disk. */
    void sayWhenSafe(long to, NodeMessage message) {
        waiting.add(new Answer(to, message));
    }

    // ---- saving ----

    /** The save is done: {@link #answer} may follow. */
    void saved(long save) {
        if (inFlight != null && save == saves) {
            safe = inFlight;
            inFlight = null;
        }
    }

    /** Says what waited for a save that is done. After others were told whom this node has given up. */
    void answer() {
        if (inFlight == null) {
            List<Answer> answers = leaving;
            leaving = List.of();
            say(answers);
        }
    }

    /** Saves what has changed. */
    void flush() {
        if (inFlight != null) {
            return;
        }
        if (state.equals(safe)) {
            List<Answer> now = waiting;
            waiting = new ArrayList<>();
            say(now);
            return;
        }
        inFlight = state;
        leaving = waiting;
        waiting = new ArrayList<>();
        effects.add(new Effect.SaveState(++saves, state));
    }

    private void say(List<Answer> answers) {
        for (Answer answer : answers) {
            post.send(answer.to(), answer.message());
        }
    }
}
