package io.lacewing.cluster.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.cluster.core.RowKeeper.Waiting;
import io.lacewing.router.Destination.NodeDestination;
import io.lacewing.router.Destination.ShardDestination;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.RouteKey;
import io.lacewing.router.RouteValue;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What of the shared tables is on a node's disk, and what that means. */
class RowKeeperTest {
    private static final TopicName TOPIC = TopicName.of("t");
    private static final Message MESSAGE = Message.of(TOPIC, new byte[] {1}, Qos.AT_LEAST_ONCE, true);
    private static final Waiting WAITING = new Waiting.Own(7);

    private final Effects effects = new Effects();

    private RowKeeper keeper(TableRecord... found) {
        Recovered recovered = new Recovered(true, NodeState.of(1), List.of(), List.of(found), 0);
        return new RowKeeper(recovered, TableSettings.DEFAULTS, effects);
    }

    private static TableRecord.Retained live(long version) {
        return new TableRecord.Retained(TOPIC, new Version(version, 1), MESSAGE);
    }

    private static TableRecord.Retained removed(long version) {
        return new TableRecord.Retained(TOPIC, new Version(version, 1), null);
    }

    private static TableRecord holders(long epoch) {
        return new TableRecord.Holders(3, new Version(epoch, 1), List.of(1L));
    }

    private static List<TableRecord> last(TableRecord... written) {
        LastRecords records = new LastRecords();
        List.of(written).forEach(records::add);
        return records.all();
    }

    @Test
    void theLastCounts() {
        assertEquals(List.of(live(5)), last(live(7), live(5)));
        assertEquals(List.of(removed(8)), last(live(7), removed(8)));
        assertEquals(List.of(live(9)), last(live(7), removed(8), live(9)));
    }

    @Test
    void aTombstoneOfTheSameVersionSaysNoMoreThanForgotten() {
        assertEquals(List.of(), last(live(7), removed(7)));
        assertEquals(List.of(live(7)), last(live(7), removed(7), live(7)));
    }

    @Test
    void ofHoldersTheNewestCounts() {
        assertEquals(List.of(holders(9)), last(holders(9), holders(5)));
        assertEquals(List.of(holders(9)), last(holders(5), holders(9)));
    }

    @Test
    void inMemoryEverythingIsKeptAtOnce() {
        RowKeeper memory = new RowKeeper(Recovered.nothing(NodeState.of(1)), TableSettings.DEFAULTS, effects);
        assertTrue(memory.keep(List.of(live(1)), WAITING));
        assertEquals(List.of(), effects.drain());
    }

    @Test
    void routesOfNodesAreNotKept() {
        TopicFilter filter = TopicFilter.of("a");
        RouteKey toNode = new RouteKey(new NodeDestination(1), filter);
        RouteKey toShard = new RouteKey(new ShardDestination(1), filter);
        TableRecord ofNode = new TableRecord.Route(toNode, new Version(0, 1), RouteValue.PLAIN);
        TableRecord ofShard = new TableRecord.Route(toShard, new Version(0, 1), RouteValue.PLAIN);
        RowKeeper keeper = keeper();
        assertTrue(keeper.keep(List.of(ofNode), WAITING));
        assertFalse(keeper.keep(List.of(ofNode, ofShard), WAITING));
        assertEquals(List.of(new Effect.KeepRecords(1, List.of(ofShard))), effects.drain());
        assertEquals(List.of(WAITING), keeper.kept(1));
    }

    @Test
    void whoBringsNothingNewWaitsForWhatIsUnderWay() {
        RowKeeper keeper = keeper();
        assertFalse(keeper.keep(List.of(live(1)), null));
        assertFalse(keeper.keep(List.of(), WAITING), "the same may have come from another node just now");
        assertEquals(List.of(WAITING), keeper.kept(1));
        assertTrue(keeper.keep(List.of(), WAITING));
    }

    @Test
    void whatIsThereIsNotWrittenAgainNorIsSomethingOlder() {
        RowKeeper keeper = keeper(live(7));
        assertTrue(keeper.keep(List.of(live(7)), WAITING));
        assertTrue(keeper.keep(List.of(live(5)), WAITING));
        assertEquals(List.of(), effects.drain());
        assertFalse(keeper.keep(List.of(live(9)), WAITING));
        assertFalse(keeper.keep(List.of(live(9)), WAITING));
    }

    @Test
    void whatDoesNotCountIsWrittenOver() {
        RowKeeper keeper = keeper(live(7));
        keeper.keep(List.of(live(5)), null);
        keeper.overwrite(List.of(live(5)));
        assertEquals(List.of(new Effect.KeepRecords(1, List.of(live(5)))), effects.drain());
        assertEquals(List.of(live(5)), last(live(7), live(5)));
    }

    @Test
    void whatIsForgottenIsWrittenAgainWhenItComesBack() {
        RowKeeper keeper = keeper(live(7));
        keeper.forget(List.of(live(7)));
        assertFalse(keeper.keep(List.of(live(7)), WAITING));
        List<Effect> written = effects.drain();
        assertEquals(
                List.of(new Effect.KeepRecords(1, List.of(removed(7))), new Effect.KeepRecords(2, List.of(live(7)))),
                written);
        assertFalse(keeper.isKept(2));
        assertEquals(List.of(WAITING), keeper.kept(2));
        assertTrue(keeper.isKept(2));
    }
}
