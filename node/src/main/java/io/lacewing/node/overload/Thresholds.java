package io.lacewing.node.overload;

/**
 * When a node is overloaded.
 *
 * @param refuse the part of a memory from which on new connections are refused, 0.0 to 1.0
 * @param drop the part from which on messages are dropped; at least {@code refuse}
 * @param disconnect the part from which on clients are disconnected; at least {@code drop}
 * @param refuseLagMillis how far behind event loops may be until new connections are refused
 * @param dropLagMillis how far behind they may be until messages are dropped; at least {@code refuseLagMillis}. To
 *     disconnect clients gives a loop more to do, so no lag leads to that
 * @param recoveryMillis how long it must be better before a level ends
 */
public record Thresholds(
        double refuse, double drop, double disconnect, long refuseLagMillis, long dropLagMillis, long recoveryMillis) {
    /** What is below a threshold by this factor is better. */
    private static final double BETTER = 0.9;

    /** The level that a sample leads to. */
    Level entered(Sample sample) {
        return level(sample, 1);
    }

    /** The level that a sample keeps up, once it was entered: not below {@link #entered}. */
    Level kept(Sample sample) {
        return level(sample, BETTER);
    }

    private Level level(Sample sample, double factor) {
        double fullest = sample.fullest();
        if (fullest >= disconnect * factor) {
            return Level.DISCONNECT;
        }
        if (fullest >= drop * factor || sample.lagMillis() >= dropLagMillis * factor) {
            return Level.DROP;
        }
        if (fullest >= refuse * factor || sample.lagMillis() >= refuseLagMillis * factor) {
            return Level.REFUSE;
        }
        return Level.NORMAL;
    }
}
