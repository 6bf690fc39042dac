package io.lacewing.cluster.sim;

/**
 * How bad the world is in a run: probabilities from 0 to 1 and times in milliseconds.
 *
 * @param frameDrop a frame is lost
 * @param frameRepeat a frame arrives twice
 * @param frameDelay the longest a frame takes, without partitions
 * @param backupSkip a backup operation is lost
 * @param unknown a batch fails and nobody knows whether it was applied
 * @param mapDelay the longest an operation of the map takes
 * @param tableFail a table's store or load fails, applied or not
 * @param viewDelay the longest a node takes to learn of a new view
 * @param diskDelay the longest a write takes
 * @param eventGap the mean time between two disasters: partitions, crashes, joins, migrations; 0: none
 */
record Chaos(
        double frameDrop,
        double frameRepeat,
        long frameDelay,
        double backupSkip,
        double unknown,
        long mapDelay,
        double tableFail,
        long viewDelay,
        long diskDelay,
        long eventGap) {

    /** Nothing goes wrong, but everything takes its time. */
    static final Chaos NONE = new Chaos(0, 0, 3, 0, 0, 3, 0, 20, 3, 0);

    /** Everything goes wrong now and then. */
    static final Chaos FULL = new Chaos(0.05, 0.05, 60, 0.03, 0.03, 40, 0.1, 800, 60, 1_500);

    /** Nodes come and go, partitions come and heal, all the time; what they do, they do well. */
    static final Chaos STORM = new Chaos(0, 0, 5, 0, 0, 5, 0, 50, 5, 250);

    /** A world made by chance: some seeds are calm, some have one vice only, some all. */
    static Chaos of(Scheduler by) {
        return new Chaos(
                by.chance(0.6) ? by.between(1, 20) / 100.0 : 0,
                by.chance(0.6) ? by.between(1, 20) / 100.0 : 0,
                by.between(1, by.chance(0.3) ? 400 : 40),
                by.chance(0.6) ? by.between(1, 10) / 100.0 : 0,
                by.chance(0.6) ? by.between(1, 10) / 100.0 : 0,
                by.between(1, by.chance(0.3) ? 300 : 30),
                by.chance(0.6) ? by.between(1, 30) / 100.0 : 0,
                by.between(1, by.chance(0.5) ? 1_500 : 100),
                by.between(1, by.chance(0.3) ? 200 : 15),
                by.chance(0.85) ? by.between(400, 4_000) : 0);
    }
}
