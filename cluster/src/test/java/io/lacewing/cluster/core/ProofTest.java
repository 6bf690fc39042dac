package io.lacewing.cluster.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.cluster.core.Proof.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProofTest {
    private static final long EPOCH = 5;
    private static final long OWNER = 1;
    private static final long BACKUP = 2;
    private static final View VIEW = new View(
            List.of(new View.Member(OWNER, "n1"), new View.Member(BACKUP, "n2")),
            List.of(new View.Placement(OWNER, List.of(BACKUP))));

    private final Proof proof = new Proof(EPOCH);

    @Test
    void aBatchIsProvenWhenTheBackupHasIt() {
        proof.applied(10, 100);
        assertEquals(0, proven());
        assertEquals(Verdict.COUNTED, proof.reported(held(10, 100)));
        assertEquals(10, proven());
        assertFalse(proof.lacksReport(VIEW, 0));
    }

    @Test
    void aBackupThatFellBackNeedsACopyAndItsOldReportProvesNothing() {
        proof.applied(10, 100);
        proof.reported(held(10, 100));
        proof.applied(11, 110);
        assertEquals(Verdict.GAP, proof.reported(new ReplicaReport(0, BACKUP, EPOCH, 8, 80, true)));
        assertEquals(0, proven());
        assertTrue(proof.lacksReport(VIEW, 0));
        assertEquals(Verdict.COUNTED, proof.reported(held(11, 110)));
        assertEquals(11, proven());
    }

    @Test
    void aGapOfAnEarlierEpochNeedsACopy() {
        proof.applied(10, 100);
        assertEquals(Verdict.GAP, proof.reported(new ReplicaReport(0, BACKUP, EPOCH - 1, 9, 90, true)));
        assertEquals(Verdict.IGNORED, proof.reported(new ReplicaReport(0, BACKUP, EPOCH - 1, 9, 90, false)));
    }

    @Test
    void aBackupWithALaterEpochRefusesThisOwner() {
        proof.applied(10, 100);
        assertEquals(Verdict.SUPERSEDED, proof.reported(new ReplicaReport(0, BACKUP, EPOCH + 1, 9, 90, false)));
        assertEquals(Verdict.SUPERSEDED, proof.reported(new ReplicaReport(0, BACKUP, EPOCH + 1, 9, 90, true)));
        assertEquals(0, proven());
    }

    @Test
    void anotherHashIsDivergence() {
        proof.applied(10, 100);
        assertEquals(Verdict.DIVERGED, proof.reported(held(10, 101)));
        assertEquals(Verdict.COUNTED, proof.reported(held(11, 111)));
        assertEquals(Verdict.DIVERGED, proof.applied(11, 110));
        assertEquals(0, proven());
    }

    private long proven() {
        return proof.proven(VIEW, 0, CoreSettings.DEFAULT);
    }

    private static ReplicaReport held(long sequence, long hash) {
        return new ReplicaReport(0, BACKUP, EPOCH, sequence, hash, false);
    }
}
