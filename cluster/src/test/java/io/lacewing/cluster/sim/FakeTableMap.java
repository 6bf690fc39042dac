package io.lacewing.cluster.sim;

import io.lacewing.cluster.core.TableRecord;
import io.lacewing.router.Destination;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The maps behind the shared tables, of each side of a split its own: they keep the newer of two records, take their time,
 * and fail now and then, having stored all, some or nothing. A load does not see both tables at the same moment.
 */
final class FakeTableMap {
    private final World world;
    private final Scheduler scheduler;
    private final Chaos chaos;
    private boolean reliable;

    FakeTableMap(World world) {
        this.world = world;
        this.scheduler = world.scheduler();
        this.chaos = world.chaos();
    }

    /** From now on nothing fails. */
    void calm() {
        reliable = true;
    }

    private boolean fails() {
        return !reliable && scheduler.chance(chaos.tableFail());
    }

    private long delay() {
        return scheduler.between(0, chaos.mapDelay());
    }

    private @Nullable TableRows rows(SimNode node) {
        GridPart part = world.grid().partOf(node.incarnation());
        return part == null ? null : part.rows();
    }

    /** Stores records, each if it is newer; tells whether that is known to have worked. */
    void store(SimNode node, List<TableRecord> records, Consumer<Boolean> answer) {
        scheduler.after(delay(), () -> {
            TableRows rows = rows(node);
            boolean failed = rows == null || fails();
            int stored = failed ? scheduler.below(records.size() + 1) : records.size();
            if (rows != null) {
                for (TableRecord record :
                        world.faults().stored(records).stream().limit(stored).toList()) {
                    rows.store(record, world.wall());
                }
            }
            scheduler.after(delay(), () -> answer.accept(!failed));
        });
    }

    /** Reads everything. */
    void load(SimNode node, BiConsumer<Boolean, List<TableRecord>> answer) {
        scheduler.after(delay(), () -> {
            TableRows rows = rows(node);
            if (rows == null || fails()) {
                scheduler.after(delay(), () -> answer.accept(false, List.of()));
                return;
            }
            List<TableRecord> records = new ArrayList<>(rows.routeRecords());
            scheduler.after(delay(), () -> {
                records.addAll(rows.otherRecords());
                scheduler.after(
                        delay(), () -> answer.accept(true, world.faults().loaded(node, records)));
            });
        });
    }

    /** Removes a dead node's routes. */
    void forget(SimNode node, Destination destination) {
        scheduler.after(delay(), () -> {
            TableRows rows = rows(node);
            if (rows != null) {
                rows.forget(destination);
            }
        });
    }
}
