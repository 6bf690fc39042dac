package io.lacewing.cluster.sim;

/** What became of one connection's will, and whether it was owed (3.1.2.5). */
final class WillFate {
    private static final long OPEN = Long.MAX_VALUE;

    private final World world;
    private final Scheduler scheduler;
    private final Publication publication;
    private final SimClient.Traits traits;
    private final long delayMillis;
    /** {@link KnownGap#CONNECT_COMES_LATE}. */
    private boolean doubtful;
    /** The others went on without its node: to them the connection ended earlier. */
    private boolean cutOff;

    private boolean connected;
    private boolean disconnected;
    private boolean discarded;
    private long endedAt = OPEN;
    private long nextDialledAt = OPEN;
    private long nextConnectedAt = OPEN;
    private boolean sessionEnded;
    private int fired;

    WillFate(World world, Publication publication, SimClient.Traits traits, long delaySeconds) {
        this.world = world;
        this.scheduler = world.scheduler();
        this.publication = publication;
        this.traits = traits;
        this.delayMillis = delaySeconds * 1_000;
    }

    Publication publication() {
        return publication;
    }

    /** An older CONNECT of the client took its session over: {@link KnownGap#CONNECT_COMES_LATE}. */
    void doubt() {
        doubtful = true;
    }

    /** Its node was cut off while the client was connected. */
    void cutOff() {
        cutOff = true;
    }

    /** The client got CONNACK. */
    void connected() {
        connected = true;
    }

    /** The client sent DISCONNECT. */
    void disconnected() {
        disconnected = true;
    }

    /** The shard has taken the DISCONNECT. */
    void discarded() {
        discarded = true;
    }

    /** The client's connection ended. */
    void ended() {
        endedAt = Math.min(endedAt, scheduler.now());
    }

    /** The client dials again. */
    void replaced(boolean cleanStart) {
        ended();
        nextDialledAt = Math.min(nextDialledAt, scheduler.now());
        sessionEnded |= cleanStart;
    }

    /** The client is connected again. */
    void followed() {
        nextConnectedAt = Math.min(nextConnectedAt, scheduler.now());
    }

    /** The will was received by the watcher. */
    void fired() {
        fired++;
    }

    /** What must be true in the end, when every connection that ended has long been noticed. */
    void check() {
        if (fired > 1) {
            throw new Violation(Invariant.WILL_ONCE, this + " fired " + fired + " times");
        }
        if (fired == 1 && (discarded || endedAt == OPEN)) {
            throw new Violation(Invariant.WILL_ONCE, this + " fired, though it was not owed");
        }
        if (doubtful || !connected) {
            return;
        }
        boolean atOnce = delayMillis == 0 || !traits.persistent();
        // A delay is over when the clock of a shard's owner says so: clocks may differ, and leap.
        long surely = delayMillis - (world.isSkewed() ? 2_000 : 0);
        boolean resumed = traits.persistent() && !sessionEnded && nextConnectedAt - surely < endedAt;
        boolean timely = cutOff || world.hasLeapt();
        if (fired == 1 && !atOnce && resumed && !timely) {
            throw new Violation(Invariant.WILL_ONCE, this + " fired, though the session was resumed in time");
        }
        boolean owed = !disconnected && endedAt != OPEN;
        boolean nobodyCame = nextDialledAt == OPEN;
        if (fired == 0 && owed && (atOnce || nobodyCame)) {
            throw new Violation(Invariant.WILL_ONCE, this + " did not fire");
        }
    }

    @Override
    public String toString() {
        return "the will #" + publication.id + " of " + publication.publisher + " with delay " + delayMillis
                + (endedAt == OPEN ? ", still connected" : ", ended at " + (endedAt - Scheduler.START));
    }
}
