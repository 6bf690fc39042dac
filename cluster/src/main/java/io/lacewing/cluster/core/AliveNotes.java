package io.lacewing.cluster.core;

/** Notes on disk when this node was last one of its cluster: while it is ready and has its lease. */
final class AliveNotes {
    private static final long EVERY = 10_000;

    private final boolean durable;
    private final Majority majority;
    private final Now now;
    private final Effects effects;
    private long aliveAt;
    private long notedAt = Long.MIN_VALUE;

    AliveNotes(Recovered recovered, Majority majority, Now now, Effects effects) {
        this.durable = recovered.durable();
        this.aliveAt = recovered.aliveAt();
        this.majority = majority;
        this.now = now;
        this.effects = effects;
    }

    /** Time passes. */
    void tick(boolean ready) {
        boolean due = notedAt == Long.MIN_VALUE || now.steady() - notedAt >= EVERY;
        if (durable && ready && due && majority.isGood()) {
            notedAt = now.steady();
            aliveAt = now.wall();
            effects.add(new Effect.Alive(aliveAt));
        }
    }

    /** What the disk says, milliseconds since the epoch; 0 if the node never was one of a cluster. */
    long aliveAt() {
        return aliveAt;
    }
}
