package io.lacewing.cluster.core;

import io.lacewing.cluster.core.NodeMessage.Pulse;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A majority as a test says it is. */
final class FakeMajority implements Majority {
    boolean good = true;
    Voters voters = Voters.NONE;
    final Set<Long> unfenced = new HashSet<>();
    final Set<Long> givenUp = new HashSet<>();
    final Map<Long, Pulse> pulses = new HashMap<>();

    @Override
    public boolean isGood() {
        return good;
    }

    @Override
    public boolean isFenced(long incarnation) {
        return !unfenced.contains(incarnation);
    }

    @Override
    public Voters voters() {
        return voters;
    }

    @Override
    public @Nullable Pulse pulseOf(long incarnation) {
        return pulses.get(incarnation);
    }

    @Override
    public boolean hasGivenUp(long incarnation) {
        return givenUp.contains(incarnation);
    }

    /** What a member says. */
    void says(long incarnation, boolean ready, boolean offered, long aliveAt) {
        pulses.put(incarnation, new Pulse(0, List.of(), ready, offered, aliveAt, 1));
    }
}
