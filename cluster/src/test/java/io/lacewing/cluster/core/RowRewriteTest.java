package io.lacewing.cluster.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lacewing.cluster.core.TableRecord.Holders;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is written again as the journal lets old records go. */
class RowRewriteTest {
    private static final TableSettings ONE_AT_ONCE =
            new TableSettings(1, 2_000, 4, 100, 1_000, 20_000, 10_000, 3_000, 4, 1_000, 1 << 20);

    @Test
    void whatChangesMeanwhileIsWrittenBeforeTheOldOnesGo() {
        Effects effects = new Effects();
        TableSet tables = new TableSet();
        RowKeeper keeper =
                new RowKeeper(new Recovered(true, NodeState.of(1), List.of(), List.of(), 0), ONE_AT_ONCE, effects);
        RowRewrite rewrite = new RowRewrite(ONE_AT_ONCE, tables, keeper, effects);
        tables.apply(holders(1, 1), 0);
        tables.apply(holders(2, 1), 0);
        rewrite.wanted(7);
        rewrite.flush();
        // Gathered to be told to all, and not given to the disk yet, as a store is under way.
        tables.apply(holders(1, 2), 0);
        tables.apply(holders(2, 2), 0);
        rewrite.flush();
        rewrite.flush();
        List<Integer> shards = new ArrayList<>();
        for (Effect effect : effects.drain()) {
            switch (effect) {
                case Effect.KeepRecords keep ->
                    keep.records().forEach(record -> shards.add(((Holders) record).shard()));
                case Effect.RecordsWritten written -> {
                    assertEquals(7, written.mark());
                    assertEquals(List.of(1, 2), shards.stream().sorted().toList());
                }
                default -> throw new AssertionError(effect);
            }
        }
        assertEquals(2, shards.size());
    }

    private static Holders holders(int shard, long epoch) {
        return new Holders(shard, new Version(epoch, 1), List.of(1L));
    }
}
