package io.lacewing.cluster.sim;

import io.lacewing.cluster.core.View.Placement;
import io.lacewing.cluster.core.Voters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Membership of the fake replicated map. It finds out about a dead member after a while, and about one that is not heard
 * after a longer one; each side of a split does so for itself. Sides never become one again: who starts anew joins a side
 * that he reaches, or, if there is none, waits until a majority of the voters that he knows waits with him.
 */
final class FakeGrid {
    /** How long at least, in milliseconds, a member may be silent, and by how much that differs. */
    private static final long SILENCE = 5_000;

    /** The same for one that refuses connections. */
    private static final long REFUSAL = 300;

    private static final long JITTER = 1_000;

    private final World world;
    private final Scheduler scheduler;
    private final int shards;
    private final int backups;
    private final List<GridPart> parts = new ArrayList<>();
    private final List<SimNode> waiting = new ArrayList<>();
    /** By who hears and who is heard, when that was last. */
    private final Map<Pair, Long> heard = new HashMap<>();

    private final Set<Long> frozen = new HashSet<>();

    private record Pair(long hearer, long speaker) {}

    FakeGrid(World world, int shards, int backups) {
        this.world = world;
        this.scheduler = world.scheduler();
        this.shards = shards;
        this.backups = backups;
    }

    // ---- reading ----

    List<GridPart> parts() {
        return parts;
    }

    /** Where this node lives; null if it has not joined. */
    @Nullable
    GridPart partOf(long incarnation) {
        for (GridPart part : parts) {
            if (part.isHome(incarnation)) {
                return part;
            }
        }
        return null;
    }

    /** Where most nodes live. */
    private @Nullable GridPart main() {
        GridPart most = null;
        for (GridPart part : parts) {
            if (most == null || part.homes().size() > most.homes().size()) {
                most = part;
            }
        }
        return most;
    }

    /** Where a shard is, for most nodes. */
    Placement placement(int shard) {
        GridPart main = main();
        return main == null ? Placement.NONE : main.placement(shard);
    }

    boolean isLeaving(long incarnation) {
        GridPart part = partOf(incarnation);
        return part == null || part.isLeaving(incarnation);
    }

    /** True if this node lives by the same list as the other, and that has both. */
    boolean areTogether(long one, long other) {
        GridPart part = partOf(one);
        return part != null && part.isHome(other);
    }

    /** True if all nodes that run are in one cluster, and every copy is where it should be. */
    boolean isWhole() {
        GridPart main = main();
        return main != null
                && parts.size() == 1
                && waiting.isEmpty()
                && main.homes().size() == world.nodes().size()
                && main.isSafe();
    }

    /** True if that is so, and owners are spread. */
    boolean isBalanced() {
        GridPart main = main();
        return main != null && isWhole() && main.isBalanced();
    }

    /** True if this node may die or leave: nothing is lost with it, and not all others are leaving. */
    boolean canSpare(long incarnation) {
        GridPart main = main();
        return main != null
                && isWhole()
                && main.homes().stream().anyMatch(id -> id != incarnation && !main.isLeaving(id));
    }

    // ---- what happens ----

    /** A process has started. */
    void started(SimNode node) {
        waiting.add(node);
    }

    void leave(long incarnation) {
        GridPart part = partOf(incarnation);
        if (part != null) {
            part.leave(incarnation);
        }
    }

    /** A process has ended: its connections break, so that whoever can hear that takes it off the list soon. */
    void died(SimNode node) {
        vanished(node);
        long incarnation = node.incarnation();
        for (GridPart part : parts) {
            if (part.lists(incarnation)) {
                removeSoon(part, incarnation);
            }
        }
    }

    private void removeSoon(GridPart part, long incarnation) {
        scheduler.after(scheduler.between(100, 2_000), () -> {
            SimNode coordinator = part.coordinator();
            if (coordinator == null || !part.lists(incarnation)) {
                return;
            }
            long by = coordinator.incarnation();
            if (world.isAwake(by) && world.network().passes(incarnation, by)) {
                part.remove(List.of(incarnation));
                clean();
            } else {
                removeSoon(part, incarnation);
            }
        });
    }

    /** A machine has ended: nobody is told. */
    void vanished(SimNode node) {
        waiting.remove(node);
        world.copies().forget(node.incarnation());
        parts.forEach(part -> part.homes().remove(node.incarnation()));
        clean();
    }

    private void clean() {
        parts.removeIf(part -> part.homes().isEmpty());
    }

    /** Moves some shard for no reason. */
    void moveAny(boolean mayReplaceBackup) {
        GridPart main = main();
        if (main != null) {
            main.moveAny(mayReplaceBackup);
        }
    }

    /** Time passes: about every 250 ms. */
    void tick() {
        listen();
        for (GridPart part : List.copyOf(parts)) {
            split(part);
        }
        agree();
        clean();
        List.copyOf(parts).forEach(GridPart::balance);
        form();
    }

    // ---- who hears whom ----

    private void listen() {
        long now = scheduler.now();
        for (GridPart part : parts) {
            for (long hearer : part.homes()) {
                boolean stood = frozen.contains(hearer);
                if (!world.isAwake(hearer)) {
                    frozen.add(hearer);
                    continue;
                }
                frozen.remove(hearer);
                for (long speaker : part.members().keySet()) {
                    Pair pair = new Pair(hearer, speaker);
                    if (stood || speaks(speaker, hearer)) {
                        heard.put(pair, now);
                    } else {
                        heard.putIfAbsent(pair, now);
                    }
                }
            }
        }
        heard.keySet().removeIf(pair -> world.node(pair.hearer) == null);
    }

    private boolean speaks(long speaker, long hearer) {
        // Whoever lives by another list does not count as a member, though it may be heard.
        GridPart part = partOf(speaker);
        return part != null
                && part == partOf(hearer)
                && world.node(speaker) != null
                && world.isAwake(speaker)
                && world.network().passes(speaker, hearer);
    }

    private boolean isSilent(long hearer, long speaker) {
        long least = world.network().rejects(hearer, speaker) ? REFUSAL : SILENCE;
        long patience = least + Math.floorMod(hearer * 7_919 + speaker * 104_729, JITTER);
        return hearer != speaker
                && scheduler.now() - heard.getOrDefault(new Pair(hearer, speaker), scheduler.now()) > patience;
    }

    /**
     * Who is not heard by the coordinator is taken off the list, and goes on by himself with the old one. Who does not hear
     * the coordinator goes on without him.
     */
    private void split(GridPart part) {
        SimNode coordinator = part.coordinator();
        if (coordinator == null) {
            return;
        }
        long by = coordinator.incarnation();
        boolean awake = world.isAwake(by);
        List<Long> gone = new ArrayList<>();
        List<Long> deserters = new ArrayList<>();
        for (long member : part.members().keySet()) {
            if (awake && isSilent(by, member)) {
                gone.add(member);
            } else if (part.isHome(member) && world.isAwake(member) && isSilent(member, by)) {
                deserters.add(member);
            }
        }
        List<Long> apart = gone.stream().filter(part::isHome).toList();
        if (!apart.isEmpty()) {
            parts.add(part.fork(apart));
        }
        if (!deserters.isEmpty()) {
            GridPart other = part.fork(deserters);
            parts.add(other);
            deserters.forEach(this::cutOff);
            cutOff(by);
            other.remove(List.of(by));
        }
        if (!gone.isEmpty()) {
            gone.forEach(this::cutOff);
            if (part.homes().size() <= gone.size()) {
                part.homes().forEach(this::cutOff);
            }
            part.remove(gone);
        }
    }

    /** Who has come to the same list as others, and hears the oldest on it, lives with them. */
    private void agree() {
        for (GridPart part : parts) {
            SimNode coordinator = part.coordinator();
            if (coordinator == null || part.members().firstKey() != coordinator.incarnation()) {
                continue;
            }
            for (GridPart other : parts) {
                if (other != part
                        && other.members().keySet().equals(part.members().keySet())) {
                    for (long home : List.copyOf(other.homes())) {
                        if (!isSilent(home, coordinator.incarnation())) {
                            other.homes().remove(home);
                            part.homes().add(home);
                            part.rows()
                                    .add(other.rows(), Set.copyOf(part.members().keySet()));
                            part.publish();
                        }
                    }
                }
            }
        }
    }

    private void cutOff(long incarnation) {
        SimNode node = world.node(incarnation);
        if (node != null) {
            node.cutOff();
        }
    }

    // ---- who starts ----

    private void form() {
        for (SimNode node : List.copyOf(waiting)) {
            GridPart part = serving(node);
            if (part != null) {
                waiting.remove(node);
                part.join(node);
            }
        }
        for (SimNode node : List.copyOf(waiting)) {
            List<SimNode> group =
                    waiting.stream().filter(other -> hears(node, other)).toList();
            if (waiting.contains(node) && isFormed(node, group) && serving(node) == null) {
                waiting.removeAll(group);
                scheduler.note(
                        "grid",
                        "forms of " + group.stream().map(SimNode::member).toList());
                parts.add(new GridPart(world, shards, backups, group));
            }
        }
    }

    private boolean hears(SimNode one, SimNode other) {
        return one == other
                || (one.host().isAwake()
                        && other.host().isAwake()
                        && world.network().linked(one.incarnation(), other.incarnation()));
    }

    private @Nullable GridPart serving(SimNode node) {
        GridPart found = null;
        for (GridPart part : parts) {
            SimNode coordinator = part.coordinator();
            boolean twice = part.members().values().stream().anyMatch(other -> other.host() == node.host());
            if (coordinator != null && hears(node, coordinator) && !twice && (found == null || isReady(part))) {
                found = part;
            }
        }
        return found;
    }

    private boolean isReady(GridPart part) {
        return part.homes().stream().map(world::node).anyMatch(node -> node != null && node.isReady());
    }

    private boolean isFormed(SimNode node, List<SimNode> group) {
        Voters voters = node.host().disk().state().voters();
        if (voters.version() == 0) {
            return group.size() >= world.settings().cluster().size()
                    || group.stream()
                            .anyMatch(other ->
                                    other.host().disk().state().voters().version() > 0);
        }
        long present = voters.members().stream()
                .filter(voter -> group.stream().anyMatch(other -> other.member().identity() == voter.identity()))
                .count();
        return present >= voters.majority();
    }
}
