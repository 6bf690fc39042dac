package io.lacewing.cluster.core;

import java.util.ArrayList;
import java.util.List;

/**
 * Gathers what the parts of a node's core want done, in the order in which they say it. One per core, on its owner's
 * thread.
 */
final class Effects {
    private List<Effect> gathered = new ArrayList<>();

    /** Wants {@code effect} done after all that was added before. */
    void add(Effect effect) {
        gathered.add(effect);
    }

    /** All effects since the last call, in order. The list is the caller's. */
    List<Effect> drain() {
        if (gathered.isEmpty()) {
            return List.of();
        }
        List<Effect> drained = gathered;
        gathered = new ArrayList<>();
        return drained;
    }
}
