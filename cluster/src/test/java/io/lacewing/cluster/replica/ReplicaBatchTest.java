package io.lacewing.cluster.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.cluster.replica.ReplicaBatch.Fit;
import org.junit.jupiter.api.Test;

/** Which batch a replica may apply, and which row is newer. */
class ReplicaBatchTest {
    private static final ReplicaState AT_SEVEN = new ReplicaState(3, 7, 77);

    @Test
    void onlyTheNextOneOnTheSameHistoryFits() {
        assertEquals(Fit.NEXT, batch(3, 8, 77).fitOn(AT_SEVEN));
        assertEquals(Fit.NEXT, batch(4, 8, 77).fitOn(AT_SEVEN));
        assertEquals(Fit.DUPLICATE, batch(3, 7, 66).fitOn(AT_SEVEN));
        assertEquals(Fit.STALE_EPOCH, batch(2, 8, 77).fitOn(AT_SEVEN));
        assertEquals(Fit.GAP, batch(3, 9, 88).fitOn(AT_SEVEN));
        assertEquals(Fit.GAP, batch(3, 8, 78).fitOn(AT_SEVEN), "another history");
    }

    @Test
    void aBatchThatTheNewOwnerNeverSawIsNotBuiltUpon() {
        // This replica applied 7 of epoch 3; the member that was promoted did not, and makes its own 7 in epoch 4.
        assertEquals(Fit.GAP, batch(4, 7, 66).fitOn(AT_SEVEN));
        assertEquals(Fit.GAP, batch(4, 8, 99).fitOn(AT_SEVEN));
    }

    @Test
    void aRowIsNewerByItsVersion() {
        TableRow row = row(2, 5);
        assertTrue(row.isNewerThan(null));
        assertTrue(row.isNewerThan(row(1, 9)));
        assertTrue(row.isNewerThan(row(2, 4)));
        assertFalse(row.isNewerThan(row(2, 5)));
        assertFalse(row.isNewerThan(row(3, 0)));
        assertTrue(row.isVersionOf(row(2, 5)));
        assertFalse(row.isVersionOf(row(2, 4)));
    }

    private static TableRow row(long high, long low) {
        return new TableRow(new byte[1], high, low, null);
    }

    private static ReplicaBatch batch(long epoch, long sequence, long previousHash) {
        return new ReplicaBatch(0, epoch, sequence, previousHash, 0, 1, new byte[0]);
    }
}
