package io.lacewing.cluster.core;

import io.lacewing.cluster.core.NodeMessage.Digests;
import io.lacewing.cluster.core.NodeMessage.Ranges;
import io.lacewing.cluster.core.NodeMessage.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds and mends differences between the tables of two nodes. They should not occur between nodes that live; a node that
 * dies while it tells others of a change leaves some. The node with the greater incarnation sends its digests, the other
 * compares. A hash range that differs in the same way twice in a row, or in any way for a long time, is exchanged: both
 * send all records of it, and newer ones win.
 */
final class TableRepair {
    /** So many comparisons with differences in a row mean one even where changes never cease. */
    private static final int LONG = 10;

    private record Pair(long peer, Table table) {}

    /** How one table compared with one peer's so far. */
    private static final class Comparison {
        private final Map<Integer, Difference> differences = new HashMap<>();
    }

    /** A range that differs: how, and how often in a row. */
    private record Difference(long mine, long theirs, int times) {}

    private final long self;
    private final TableSettings settings;
    private final Links links;
    private final Effects effects;
    private final Map<Pair, Comparison> comparisons = new HashMap<>();
    private long digestsAt;

    TableRepair(long self, TableSettings settings, Links links, Effects effects) {
        this.self = self;
        this.settings = settings;
        this.links = links;
        this.effects = effects;
        // Staggered: nodes that started together do not all speak at once.
        this.digestsAt = Math.floorMod(self, settings.digestMillis());
    }

    /** True if digests are due. */
    boolean isDue(long time) {
        return time >= digestsAt;
    }

    /** Sends digests to all that compare with this node. */
    void send(TableSet tables, long time) {
        digestsAt = time + settings.digestMillis();
        comparisons.keySet().removeIf(pair -> !links.isPeer(pair.peer()));
        if (links.peers().headSet(self).isEmpty()) {
            return;
        }
        for (Table table : Table.values()) {
            Digests digests = digests(table, tables.table(table), false);
            for (long peer : links.peers().headSet(self)) {
                links.send(peer, digests, null);
            }
        }
    }

    private static Digests digests(Table name, SharedTable<?, ?> table, boolean joining) {
        return new Digests(name, Arrays.stream(table.digest().sums()).boxed().toList(), joining);
    }

    /** Asks a peer for all that it has otherwise; {@link Ranges} of no ranges come last, table by table. */
    void ask(long peer, TableSet tables) {
        for (Table table : Table.values()) {
            links.send(peer, digests(table, tables.table(table), true), null);
        }
    }

    /** Sends a peer that joins all that it has otherwise. */
    void answer(long peer, Digests digests, SharedTable<?, ?> table) {
        long[] theirs = digests.digests().stream().mapToLong(Long::longValue).toArray();
        exchange(peer, digests.table(), table.digest().differences(theirs), table, false);
        links.send(peer, new Ranges(digests.table(), List.of(), List.of(), false), null);
    }

    /** Compares a peer's digests with {@code table}, and begins the exchange of what differs. */
    void compare(long peer, Digests digests, SharedTable<?, ?> table) {
        long[] theirs = digests.digests().stream().mapToLong(Long::longValue).toArray();
        long[] mine = table.digest().sums();
        Comparison comparison = comparisons.computeIfAbsent(new Pair(peer, digests.table()), pair -> new Comparison());
        List<Integer> differing = table.digest().differences(theirs);
        comparison.differences.keySet().retainAll(differing);
        List<Integer> repaired = new ArrayList<>();
        for (int range : differing) {
            Difference before = comparison.differences.get(range);
            int times = before == null ? 1 : before.times() + 1;
            comparison.differences.put(range, new Difference(mine[range], theirs[range], times));
            boolean same = before != null && before.mine() == mine[range] && before.theirs() == theirs[range];
            if ((same || times >= LONG) && repaired.size() < settings.repairRanges()) {
                repaired.add(range);
                comparison.differences.remove(range);
            }
        }
        if (!repaired.isEmpty()) {
            effects.add(new Effect.Note(
                    Effect.Event.DIGEST_DIFFERS,
                    repaired.size(),
                    digests.table() + " differ from those of " + Long.toHexString(peer)));
            exchange(peer, digests.table(), repaired, table, true);
        }
    }

    /** Sends all records of {@code ranges} in parts of bounded size. */
    void exchange(long peer, Table name, List<Integer> ranges, SharedTable<?, ?> table, boolean reply) {
        Map<Integer, List<TableRecord>> records = table.ranges(ranges);
        for (int range : ranges) {
            List<TableRecord> part = new ArrayList<>();
            int bytes = 0;
            for (TableRecord record : records.getOrDefault(range, List.of())) {
                if (part.size() >= settings.batchRecords() || bytes >= settings.batchBytes()) {
                    links.send(peer, new Ranges(name, List.of(range), part, false), null);
                    part = new ArrayList<>();
                    bytes = 0;
                }
                part.add(record);
                bytes += MessageSize.of(record);
            }
            links.send(peer, new Ranges(name, List.of(range), part, reply), null);
        }
    }
}
