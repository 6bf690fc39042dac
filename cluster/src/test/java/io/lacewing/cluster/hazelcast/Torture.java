package io.lacewing.cluster.hazelcast;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What may happen to a cluster while it serves. Each scenario returns what was seen and throws if an acknowledged number
 * was lost, or one is in twice or out of order. To run all of them several times:
 *
 * <pre>mvn test -pl cluster -am -Dtest=TortureTest -Dlacewing.torture=10 -Dsurefire.failIfNoSpecifiedTests=false</pre>
 */
enum Torture {
    /** Nothing happens: the speed to compare with. */
    CALM(3, 3) {
        @Override
        void happen(Processes cluster) {
            pause(3000);
        }
    },
    /** The owner of shard 0 is killed. */
    KILL_OWNER(3, 3) {
        @Override
        void happen(Processes cluster) {
            notTheDriver(cluster, cluster.ownerOf(0), cluster.ownerOf(1)).kill();
            pause(3000);
        }
    },
    /** A backup of shard 0 is killed. */
    KILL_BACKUP(3, 3) {
        @Override
        void happen(Processes cluster) {
            notTheDriver(cluster, cluster.backupOf(0), cluster.backupOf(1)).kill();
            pause(3000);
        }
    },
    /** A member joins, takes over shards, and another one is killed. */
    JOIN_THEN_KILL(4, 3) {
        @Override
        void happen(Processes cluster) {
            ChildProcess joining = cluster.start();
            joining.await("STARTED");
            joining.await("FULL 4");
            cluster.child(1).kill();
            pause(3000);
        }
    },
    /** A member is killed while another one is joining and shards are moving. */
    KILL_DURING_JOIN(4, 3) {
        @Override
        void happen(Processes cluster) {
            cluster.start().await("STARTED");
            cluster.child(2).kill();
            pause(4000);
        }
    },
    /** A member stands still for longer than the others wait for it, and then goes on as if nothing had been. */
    FREEZE(3, 3) {
        @Override
        void happen(Processes cluster) {
            ChildProcess frozen = notTheDriver(cluster, cluster.backupOf(0), cluster.backupOf(1));
            frozen.freeze();
            pause(9000);
            frozen.thaw();
            pause(3000);
        }
    },
    /** A member stands still for so long that the others go on without it; then it begins anew and gets in. */
    BEGIN_ANEW(3, 3) {
        @Override
        void happen(Processes cluster) {
            ChildProcess frozen = cluster.child(2);
            frozen.freeze();
            cluster.child(1).await("PARTIAL");
            cluster.child(1).await("FULL 2");
            frozen.thaw();
            frozen.tell("ANEW 13");
            frozen.await("STARTED");
            frozen.await("FULL 3");
        }
    },
    /** A member stands still for a moment. */
    STUTTER(3, 3) {
        @Override
        void happen(Processes cluster) {
            for (int i = 0; i < 3; i++) {
                cluster.child(2).freeze();
                pause(1500);
                cluster.child(2).thaw();
                pause(500);
            }
        }
    },
    /** Members leave as they should, one with the owner's copy of shard 0. */
    LEAVE(3, 3) {
        @Override
        void happen(Processes cluster) {
            notTheDriver(cluster, cluster.ownerOf(0), cluster.backupOf(0)).leave();
            pause(2000);
        }
    };

    /** How many shards are used at once. */
    private static final int SHARDS = 48;

    private final int places;
    private final int size;

    Torture(int places, int size) {
        this.places = places;
        this.size = size;
    }

    /** What happens while the driver is at work; waits until it has. */
    abstract void happen(Processes cluster);

    /**
     * Runs it.
     *
     * @param ballast how big shard 0 is, bytes
     * @return what was measured
     */
    String run(int ballast) {
        try (Processes cluster = new Processes(places, size, ballast)) {
            ChildProcess driver = cluster.child(0);
            driver.tell("DRIVE " + SHARDS);
            pause(2000);
            happen(cluster);
            driver.tell("STOP");
            String done = driver.await(line -> line.startsWith("DONE"));
            List<String> violations = driver.violations();
            if (!violations.isEmpty()) {
                throw new AssertionError(name() + ": " + violations);
            }
            cluster.demandNoRegression();
            return name() + " ballast=" + (ballast >> 20) + "MB " + done;
        }
    }

    private static ChildProcess notTheDriver(Processes cluster, ChildProcess one, ChildProcess other) {
        if (one != cluster.child(0)) {
            return one;
        }
        return other == cluster.child(0) ? cluster.child(1) : other;
    }

    /** Lets it work: this is how long a fault lasts, not a wait for something to be done. */
    private static void pause(long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (end - System.nanoTime() > 0) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }
}
