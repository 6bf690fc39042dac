package io.lacewing.cluster.sim;

import io.lacewing.cluster.core.View;
import io.lacewing.cluster.core.View.Placement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Those who live by one list of members and one partition table: the whole cluster, or one side of a split. A member on
 * the list may live by another list already. Copies, promotions and moves are made here, and the nodes told of them, each
 * in order and in its own time.
 */
final class GridPart {
    private final World world;
    private final Scheduler scheduler;
    private final int backups;
    private final SortedMap<Long, SimNode> members = new TreeMap<>();
    private final Set<Long> homes = new TreeSet<>();
    private final Set<Long> leaving = new TreeSet<>();
    private final Placement[] table;
    private final boolean[] moving;
    private final TableRows rows;

    /** A cluster of these nodes, which holds nothing yet. */
    GridPart(World world, int shards, int backups, List<SimNode> nodes) {
        this.world = world;
        this.scheduler = world.scheduler();
        this.backups = backups;
        this.table = new Placement[shards];
        this.moving = new boolean[shards];
        this.rows = new TableRows();
        for (SimNode node : nodes) {
            members.put(node.incarnation(), node);
            homes.add(node.incarnation());
        }
        List<Long> all = List.copyOf(homes);
        for (int shard = 0; shard < shards; shard++) {
            List<Long> holders = new ArrayList<>();
            for (int i = 0; i <= Math.min(backups, all.size() - 1); i++) {
                holders.add(all.get((shard + i) % all.size()));
            }
            table[shard] = new Placement(holders.removeFirst(), List.copyOf(holders));
        }
        publish();
    }

    private GridPart(GridPart from, Collection<Long> homes) {
        this.world = from.world;
        this.scheduler = from.scheduler;
        this.backups = from.backups;
        this.table = from.table.clone();
        this.moving = new boolean[table.length];
        this.rows = from.rows.copy();
        this.members.putAll(from.members);
        this.leaving.addAll(from.leaving);
        this.homes.addAll(homes);
    }

    /** Some go on by themselves, with the same list and the same table to begin with. */
    GridPart fork(Collection<Long> apart) {
        homes.removeAll(apart);
        GridPart other = new GridPart(this, apart);
        scheduler.note("grid", apart + " are apart from " + homes);
        return other;
    }

    // ---- reading ----

    TableRows rows() {
        return rows;
    }

    SortedMap<Long, SimNode> members() {
        return members;
    }

    Set<Long> homes() {
        return homes;
    }

    Placement placement(int shard) {
        return table[shard];
    }

    boolean isMoving(int shard) {
        return moving[shard];
    }

    boolean lists(long incarnation) {
        return members.containsKey(incarnation);
    }

    boolean isHome(long incarnation) {
        return homes.contains(incarnation);
    }

    boolean isLeaving(long incarnation) {
        return leaving.contains(incarnation);
    }

    /** Who decides for all: the oldest. */
    @Nullable
    SimNode coordinator() {
        return homes.isEmpty() ? null : members.get(homes.iterator().next());
    }

    /** True if each node has heard of the members, and each shard has its copies and stays where it is. */
    boolean isSafe() {
        List<View.Member> now = view().members();
        for (long home : homes) {
            SimNode node = world.node(home);
            View known = node == null ? null : node.seen();
            if (known == null || !known.members().equals(now)) {
                return false;
            }
        }
        for (int shard = 0; shard < table.length; shard++) {
            if (moving[shard] || table[shard].backups().size() < wantedBackups()) {
                return false;
            }
        }
        return homes.equals(members.keySet());
    }

    /** True if owners are spread, too. */
    boolean isBalanced() {
        if (!leaving.isEmpty() || !isSafe()) {
            return false;
        }
        return Arrays.stream(table).noneMatch(this::mustMove);
    }

    private int wantedBackups() {
        return Math.min(backups, members.size() - 1);
    }

    // ---- members ----

    void join(SimNode node) {
        members.put(node.incarnation(), node);
        homes.add(node.incarnation());
        scheduler.note("grid", "join " + node.incarnation());
        publish();
    }

    void leave(long incarnation) {
        leaving.add(incarnation);
        scheduler.note("grid", "leave " + incarnation);
    }

    /** Members are found to be dead, or not heard, or have left: their backups are promoted. */
    void remove(Collection<Long> gone) {
        List<Long> before = List.copyOf(members.keySet());
        if (!members.keySet().removeAll(gone)) {
            return;
        }
        scheduler.note("grid", "remove " + gone + " from " + before);
        homes.removeAll(gone);
        leaving.removeAll(gone);
        if (members.isEmpty()) {
            return;
        }
        for (int shard = 0; shard < table.length; shard++) {
            List<Long> left = holders(table[shard]);
            left.removeAll(gone);
            long owner = left.isEmpty() ? fewest() : left.removeFirst();
            table[shard] = new Placement(owner, List.copyOf(left));
        }
        rows.lose(bucket -> {
            int first = bucket % before.size();
            for (int i = 0; i <= Math.min(backups, before.size() - 1); i++) {
                if (!gone.contains(before.get((first + i) % before.size()))) {
                    return false;
                }
            }
            return true;
        });
        publish();
    }

    /** All who live here are told of all. */
    void publish() {
        View view = view();
        for (long home : homes) {
            SimNode node = members.get(home);
            if (node != null) {
                node.view(view);
            }
        }
    }

    private View view() {
        List<View.Member> list = members.values().stream().map(SimNode::member).toList();
        return new View(list, List.of(table));
    }

    // ---- copies ----

    /** One round of repair: missing copies are made, owners are moved to where there are fewer. */
    void balance() {
        for (int shard = 0; shard < table.length; shard++) {
            Placement at = table[shard];
            if (moving[shard]) {
                continue;
            }
            if (at.backups().size() < wantedBackups()) {
                copyTo(shard, anyOutside(at), 0);
            } else if (members.size() > 1 && mustMove(at) && !anyMoves()) {
                move(shard, target(at));
            }
        }
        for (long incarnation : List.copyOf(leaving)) {
            SimNode node = members.get(incarnation);
            if (node != null && Arrays.stream(table).noneMatch(at -> holds(at, incarnation))) {
                remove(List.of(incarnation));
                node.left();
            }
        }
    }

    /** Moves the owner of some shard for no reason, or replaces its backup. */
    void moveAny(boolean mayReplaceBackup) {
        int shard = scheduler.below(table.length);
        Placement at = table[shard];
        List<Long> others = stayers().stream().filter(id -> id != at.owner()).toList();
        if (moving[shard] || others.isEmpty()) {
            return;
        }
        List<Long> outside = others.stream().filter(id -> !holds(at, id)).toList();
        if (mayReplaceBackup && !outside.isEmpty() && !at.backups().isEmpty() && scheduler.chance(0.5)) {
            copyTo(shard, scheduler.pick(outside), at.backups().getFirst());
        } else {
            move(shard, scheduler.pick(others));
        }
    }

    private boolean anyMoves() {
        for (boolean moves : moving) {
            if (moves) {
                return true;
            }
        }
        return false;
    }

    private static boolean holds(Placement at, long incarnation) {
        return at.owner() == incarnation || at.backups().contains(incarnation);
    }

    private List<Long> stayers() {
        return members.keySet().stream().filter(id -> !leaving.contains(id)).toList();
    }

    private boolean mustMove(Placement at) {
        if (leaving.contains(at.owner()) || at.backups().stream().anyMatch(leaving::contains)) {
            return !stayers().isEmpty();
        }
        return !leaving.containsAll(members.keySet()) && owned(at.owner()) > owned(fewest()) + 1;
    }

    private long owned(long incarnation) {
        return Arrays.stream(table).filter(at -> at.owner() == incarnation).count();
    }

    private long fewest() {
        List<Long> among = stayers().isEmpty() ? List.copyOf(members.keySet()) : stayers();
        long best = 0;
        for (long id : among) {
            if (best == 0 || owned(id) < owned(best)) {
                best = id;
            }
        }
        return best;
    }

    private long target(Placement at) {
        boolean backupLeaves = at.backups().stream().anyMatch(leaving::contains);
        if (backupLeaves && !leaving.contains(at.owner())) {
            return at.owner();
        }
        return fewest();
    }

    private long anyOutside(Placement at) {
        List<Long> free = stayers().stream().filter(id -> !holds(at, id)).toList();
        return free.isEmpty() ? 0 : scheduler.pick(free);
    }

    /** True if this node lives here, and the two can hear each other. */
    private boolean reaches(long from, long to) {
        return isWell(from) && isWell(to) && world.network().linked(from, to);
    }

    private boolean isWell(long incarnation) {
        return homes.contains(incarnation) && world.node(incarnation) != null && world.isAwake(incarnation);
    }

    /**
     * A new backup, in the place of another if {@code replaced} is not 0: what is applied while the copy travels is missing
     * in it.
     */
    private void copyTo(int shard, long target, long replaced) {
        long owner = table[shard].owner();
        if (target == 0 || !reaches(owner, target)) {
            return;
        }
        byte[] copy = world.copies().snapshot(owner, shard);
        scheduler.after(scheduler.between(1, world.chaos().mapDelay() + 50), () -> {
            Placement at = table[shard];
            List<Long> after = new ArrayList<>(at.backups());
            after.remove(replaced);
            if (moving[shard]
                    || at.owner() != owner
                    || holds(at, target)
                    || !lists(target)
                    || !reaches(owner, target)
                    || after.size() >= wantedBackups()) {
                return;
            }
            world.copies().install(target, shard, copy);
            if (replaced != 0) {
                world.copies().drop(replaced, shard);
            }
            after.add(target);
            table[shard] = new Placement(owner, List.copyOf(after));
            scheduler.note("grid", "copied shard " + shard + " to " + target);
            publish();
        });
    }

    /**
     * Another owner; the old one, if it stays, becomes a backup. With the owner itself as target only leaving backups are
     * replaced. Nothing runs on the shard meanwhile.
     */
    private void move(int shard, long target) {
        Placement before = table[shard];
        if (!reaches(before.owner(), target)) {
            return;
        }
        moving[shard] = true;
        byte[] copy = world.copies().snapshot(before.owner(), shard);
        scheduler.after(scheduler.between(1, world.chaos().mapDelay() + 50), () -> {
            moving[shard] = false;
            Placement after = after(before, target);
            boolean possible = table[shard].equals(before) && lists(target) && lists(before.owner());
            if (!possible || !holders(after).stream().allMatch(holder -> reaches(before.owner(), holder))) {
                return;
            }
            for (long holder : holders(after)) {
                if (holder != before.owner() && (holder == target || !holds(before, holder))) {
                    world.copies().install(holder, shard, copy);
                }
            }
            for (long holder : holders(before)) {
                if (!holds(after, holder) && isHome(holder)) {
                    world.copies().drop(holder, shard);
                }
            }
            table[shard] = after;
            scheduler.note("grid", "moved shard " + shard + " from " + before + " to " + after);
            publish();
        });
    }

    private static List<Long> holders(Placement at) {
        List<Long> all = new ArrayList<>();
        all.add(at.owner());
        all.addAll(at.backups());
        return all;
    }

    private Placement after(Placement before, long target) {
        List<Long> kept = new ArrayList<>();
        List<Long> candidates = new ArrayList<>();
        candidates.add(before.owner());
        candidates.addAll(before.backups());
        candidates.addAll(members.keySet());
        for (long candidate : candidates) {
            boolean usable = isWell(candidate) && candidate != target && !leaving.contains(candidate);
            if (usable && !kept.contains(candidate) && kept.size() < wantedBackups()) {
                kept.add(candidate);
            }
        }
        return new Placement(target, List.copyOf(kept));
    }
}
