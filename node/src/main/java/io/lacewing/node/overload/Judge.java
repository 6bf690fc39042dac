package io.lacewing.node.overload;

/**
 * Makes a level of samples. A level is entered at the first sample that is over its threshold, and left one by one: when all
 * samples of {@link Thresholds#recoveryMillis} were a tenth below the threshold, the next lower one holds, and has to be left
 * likewise. So a node that is at the edge does not flap. One thread; the time is a parameter.
 */
public final class Judge {
    private final Thresholds thresholds;
    private Level level = Level.NORMAL;
    private long worseAt;

    /** Begins at {@link Level#NORMAL}. */
    public Judge(Thresholds thresholds) {
        this.thresholds = thresholds;
    }

    /**
     * What follows from a sample.
     *
     * @param nowMillis of a clock that does not go back
     */
    public Verdict judge(Sample sample, long nowMillis) {
        Level entered = thresholds.entered(sample);
        Level kept = thresholds.kept(sample);
        if (entered.isAtLeast(level)) {
            level = entered;
            worseAt = nowMillis;
        } else if (kept.isAtLeast(level)) {
            worseAt = nowMillis;
        } else if (nowMillis - worseAt >= thresholds.recoveryMillis()) {
            level = Level.of(level.ordinal() - 1);
            worseAt = nowMillis;
        }
        return new Verdict(level, level == Level.DISCONNECT && kept == Level.DISCONNECT, sample);
    }
}
