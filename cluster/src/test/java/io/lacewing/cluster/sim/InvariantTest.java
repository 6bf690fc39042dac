package io.lacewing.cluster.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.lacewing.persistence.shard.ShardLimits;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Each invariant notices when the mechanism that it rests on is broken on purpose. */
class InvariantTest {
    private static final int SEEDS = 200;

    /** The first seed in which anything breaks must break this invariant. */
    private static void breaks(Invariant invariant, Scenario scenario) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            try {
                new Simulation(seed, scenario).run();
            } catch (Violation violation) {
                if (violation.invariant() == invariant) {
                    return;
                }
            }
        }
        fail("the fault went unnoticed in " + SEEDS + " seeds: " + scenario.faults());
    }

    @Test
    @DisplayName("Backups that report and do not apply lose acknowledged messages when the owner dies")
    void acknowledgedReachesSessions() {
        breaks(
                Invariant.ACKNOWLEDGED_REACHES_SESSIONS,
                Scenario.RANDOM.with(Fault.BACKUP_REPORTS_WITHOUT_APPLYING).with(Chaos.STORM));
    }

    @Test
    void exactlyOnce() {
        breaks(Invariant.EXACTLY_ONCE, Scenario.RANDOM.with(Fault.PUBLISH_TWICE).with(Chaos.NONE));
    }

    @Test
    void order() {
        breaks(Invariant.ORDER, Scenario.RANDOM.with(Fault.SWAP_DELIVERIES).with(Chaos.NONE));
    }

    @Test
    void orderOverConnections() {
        breaks(Invariant.ORDER, Scenario.RANDOM.with(Fault.DETACH_AT_ONCE).with(Chaos.STORM));
    }

    @Test
    void oneConnection() {
        breaks(
                Invariant.ONE_CONNECTION,
                Scenario.RANDOM.with(Fault.IGNORE_CLOSE).with(Chaos.NONE));
    }

    @Test
    void willOnce() {
        breaks(Invariant.WILL_ONCE, Scenario.RANDOM.with(Fault.FORGET_WILL).with(Chaos.NONE));
    }

    @Test
    void packetIdsUnique() {
        breaks(
                Invariant.PACKET_IDS_UNIQUE,
                Scenario.RANDOM.with(Fault.ONE_PACKET_ID).with(Chaos.NONE));
    }

    @Test
    void receiveMaximum() {
        breaks(
                Invariant.RECEIVE_MAXIMUM,
                Scenario.RANDOM.with(Fault.IGNORE_WINDOW).with(Chaos.NONE));
    }

    @Test
    void nothingStuckWithoutAcknowledgements() {
        breaks(
                Invariant.NOTHING_STUCK,
                Scenario.RANDOM.with(Fault.IGNORE_ACKNOWLEDGE).with(Chaos.NONE));
    }

    @Test
    @DisplayName("A backup that missed a batch and gets no copy stops its shard")
    void nothingStuckWithoutCopies() {
        breaks(Invariant.NOTHING_STUCK, Scenario.RANDOM.with(Fault.NO_COPIES).with(Chaos.FULL));
    }

    @Test
    void tablesEqual() {
        breaks(Invariant.TABLES_EQUAL, Scenario.RANDOM.with(Fault.LOSE_RETAINED).with(Chaos.NONE));
    }

    @Test
    void shareOneMember() {
        breaks(
                Invariant.SHARE_ONE_MEMBER,
                Scenario.RANDOM.with(Fault.SHARE_TWICE).with(Chaos.NONE));
    }

    @Test
    void subackThenDelivered() {
        breaks(
                Invariant.SUBACK_THEN_DELIVERED,
                Scenario.RANDOM.with(Fault.EARLY_SUBACK).with(Chaos.FULL));
    }

    @Test
    @DisplayName("Backups that report and do not apply lose sessions when the owner dies")
    void sessionKept() {
        breaks(
                Invariant.SESSION_KEPT,
                Scenario.RANDOM.with(Fault.BACKUP_REPORTS_WITHOUT_APPLYING).with(Chaos.STORM));
    }

    @Test
    @DisplayName("Backups that report and do not apply differ from the owner")
    void copiesEqual() {
        breaks(
                Invariant.COPIES_EQUAL,
                Scenario.RANDOM.with(Fault.BACKUP_REPORTS_WITHOUT_APPLYING).with(Chaos.NONE));
    }

    @Test
    @DisplayName("A node that goes on without a majority is seen")
    void pausedIsQuiet() {
        breaks(Invariant.PAUSED_IS_QUIET, Scenario.disks(3).with(Fault.LEASE_IGNORED));
    }

    @Test
    @DisplayName("Whoever joins with the rows of its own disk brings back what was removed")
    void tablesEqualAfterAJoin() {
        breaks(Invariant.TABLES_EQUAL, Scenario.disks(3).with(Fault.OWN_ROWS_KEPT));
    }

    @Test
    @DisplayName("What is acknowledged before it is on a disk is lost when all nodes are killed")
    void acknowledgedReachesSessionsFromDisks() {
        breaks(Invariant.ACKNOWLEDGED_REACHES_SESSIONS, Scenario.disks(3).with(Fault.ANSWERS_BEFORE_KEPT));
    }

    @Test
    void queuesBounded() {
        Scenario narrow = Scenario.RANDOM
                .with(new ShardLimits(Scenario.AMPLE.session(), 1_000, 1_000, 4_000))
                .with(Chaos.NONE);
        breaks(Invariant.QUEUES_BOUNDED, narrow.with(Fault.BOUNDLESS_SHARDS));
    }

    @Test
    void allVicesAreOn() {
        long on = Arrays.stream(Vice.values()).filter(Vice::on).count();
        assertEquals(Vice.values().length, on);
    }
}
