package io.lacewing.node.overload;

/**
 * What a node has to do.
 *
 * @param level how overloaded it is
 * @param sheds true if clients are to be disconnected now: not any more when enough have been, though the level still holds
 * @param sample what was measured
 */
public record Verdict(Level level, boolean sheds, Sample sample) {
    /** What was measured, for people. Made at each call: to be asked for only where it is said. */
    public String cause() {
        return sample.describe();
    }
}
