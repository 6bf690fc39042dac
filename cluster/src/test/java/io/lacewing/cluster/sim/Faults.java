package io.lacewing.cluster.sim;

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

    Faults(Set<Fault> faults) {
        this.faults = Set.copyOf(faults);
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

    /** A frame as it sets out. */
    Frame disturb(Frame frame) {
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

    private static List<TableRecord> routesOnly(List<TableRecord> records) {
        return records.stream().filter(TableRecord.Route.class::isInstance).toList();
    }
}
