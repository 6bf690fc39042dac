package io.lacewing.cluster.core;

import java.util.ArrayList;
import java.util.List;

/**
 * What one node does in the cluster: inputs and the time go in, effects come out. Not thread-safe: one owner.
 *
 * <p>The owner calls {@link #handle} for all inputs of a turn, then {@link #flush} once, then carries out
 * {@link #effects} in order.
 */
public final class NodeCore {
    private final View.Member self;
    private final CoreSettings settings;
    private List<Effect> effects = new ArrayList<>();

    /**
     * A core that knows nobody yet; its first {@link Input.ViewChanged} makes it join.
     *
     * @param self this node
     * @param settings the same on every node, as far as they are not bounds
     */
    public NodeCore(View.Member self, CoreSettings settings) {
        this.self = self;
        this.settings = settings;
    }

    /**
     * Something happened.
     *
     * @param now milliseconds since the epoch
     */
    public void handle(Input input, long now) {}

    /** The turn ends: what was gathered in it leaves as frames, batches and table changes. */
    public void flush(long now) {}

    /** The effects since the last call, in the order in which they are to be carried out. */
    public List<Effect> effects() {
        List<Effect> drained = effects;
        effects = new ArrayList<>();
        return drained;
    }
}
