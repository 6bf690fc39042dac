package io.lacewing.cluster.sim;

import io.lacewing.cluster.core.CoreSettings;
import io.lacewing.cluster.core.Effect;
import io.lacewing.cluster.core.Frame;
import io.lacewing.cluster.core.NodeMessage;
import io.lacewing.cluster.core.TableRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Carries out the faults that a run has been given on purpose. */
final class Faults {
    private final Set<Fault> faults;
    private final World world;

    Faults(Set<Fault> faults, World world) {
        this.faults = Set.copyOf(faults);
        this.world = world;
    }

    boolean has(Fault fault) {
        return faults.contains(fault);
    }

    /** The effects of a turn, as they are carried out. */
    List<Effect> disturb(List<Effect> effects) {
        if (!has(Fault.SWAP_DELIVERIES)) {
            return effects;
        }
        List<Effect> swapped = new ArrayList<>(effects);
        for (int i = 0; i + 1 < swapped.size(); i++) {
            if (swapped.get(i) instanceof Effect.Deliver first
                    && swapped.get(i + 1) instanceof Effect.Deliver second
                    && first.delivery().clientId().equals(second.delivery().clientId())) {
                swapped.set(i, second);
                swapped.set(i + 1, first);
                i++;
            }
        }
        return swapped;
    }

    /** The settings of the nodes. */
    CoreSettings.Cluster disturb(CoreSettings.Cluster cluster) {
        return new CoreSettings.Cluster(
                cluster.size(),
                has(Fault.LEASE_IGNORED) || cluster.keepServing(),
                cluster.strictCopies(),
                cluster.pause(),
                cluster.pulse());
    }

    /** Records as a map or a disk stores them. */
    List<TableRecord> stored(List<TableRecord> records) {
        if (has(Fault.HOLDERS_NOT_KEPT)) {
            return records.stream()
                    .filter(record -> !(record instanceof TableRecord.Holders))
                    .toList();
        }
        return has(Fault.ANYBODY_HOLDS) ? records.stream().map(this::heldByAll).toList() : records;
    }

    private TableRecord heldByAll(TableRecord record) {
        if (!(record instanceof TableRecord.Holders holders)) {
            return record;
        }
        List<Long> all = world.hosts().stream()
                .map(host -> host.disk().state().identity())
                .sorted()
                .toList();
        return new TableRecord.Holders(holders.shard(), holders.version(), all);
    }

    /** Records as a node loads them from the map. */
    List<TableRecord> loaded(SimNode node, List<TableRecord> records) {
        if (!has(Fault.OWN_ROWS_KEPT)) {
            return records;
        }
        List<TableRecord> all = new ArrayList<>(node.disk().rows());
        all.addAll(records);
        return all;
    }

    /** A frame as it sets out. */
    Frame disturb(Frame frame) {
        if (has(Fault.HOLDERS_NOT_KEPT) || has(Fault.ANYBODY_HOLDS)) {
            return withoutHolders(frame);
        }
        if (!has(Fault.LOSE_RETAINED)) {
            return frame;
        }
        List<NodeMessage> messages = new ArrayList<>();
        for (NodeMessage message : frame.messages()) {
            if (message instanceof NodeMessage.Changes changes) {
                messages.add(new NodeMessage.Changes(changes.broadcast(), routesOnly(changes.records())));
            } else if (message instanceof NodeMessage.Ranges ranges) {
                messages.add(new NodeMessage.Ranges(
                        ranges.table(), ranges.ranges(), routesOnly(ranges.records()), ranges.reply()));
            } else {
                messages.add(message);
            }
        }
        return new Frame(frame.from(), frame.to(), frame.first(), frame.acknowledged(), messages);
    }

    private Frame withoutHolders(Frame frame) {
        List<NodeMessage> messages = frame.messages().stream()
                .map(message -> message instanceof NodeMessage.Changes changes
                        ? new NodeMessage.Changes(changes.broadcast(), stored(changes.records()))
                        : message)
                .toList();
        return new Frame(frame.from(), frame.to(), frame.first(), frame.acknowledged(), messages);
    }

    private static List<TableRecord> routesOnly(List<TableRecord> records) {
        return records.stream().filter(TableRecord.Route.class::isInstance).toList();
    }
}
