package io.lacewing.cluster.sim;

import io.lacewing.cluster.core.Input;
import io.lacewing.cluster.core.View;
import io.lacewing.cluster.core.View.Placement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Membership and the partition table of the fake replicated map: who is a member and who holds which shard. It finds out
 * about a dead member after a while, promotes backups at once, replaces lost copies and balances owners bit by bit. Each
 * node learns of each change in order, but in its own time.
 */
final class FakeGrid {
    private final Scheduler scheduler;
    private final Chaos chaos;
    private final int backups;
    private final SortedMap<Long, SimNode> members = new TreeMap<>();
    private final Placement[] table;
    private final boolean[] moving;
    private final Map<Long, Long> lastView = new HashMap<>();
    private final Map<Long, View> seen = new HashMap<>();
    private final Set<Long> leaving = new HashSet<>();
    private final ShardCopies copies;

    FakeGrid(Scheduler scheduler, Chaos chaos, int shards, int backups, ShardCopies copies) {
        this.scheduler = scheduler;
        this.chaos = chaos;
        this.backups = backups;
        this.copies = copies;
        this.table = new Placement[shards];
        this.moving = new boolean[shards];
        Arrays.fill(table, Placement.NONE);
    }

    List<SimNode> members() {
        return List.copyOf(members.values());
    }

    Placement placement(int shard) {
        return table[shard];
    }

    /** True while the shard's owner changes: then nothing runs on it. */
    boolean isMoving(int shard) {
        return moving[shard];
    }

    boolean isMember(long incarnation) {
        return members.containsKey(incarnation);
    }

    boolean isLeaving(long incarnation) {
        return leaving.contains(incarnation);
    }

    /** A node becomes a member. The first one owns everything. */
    void join(SimNode node) {
        members.put(node.incarnation(), node);
        scheduler.note("grid", "join " + node.incarnation());
        if (members.size() == 1) {
            Arrays.fill(table, new Placement(node.incarnation(), List.of()));
        }
        publish();
    }

    /** A member is to leave once its shards are elsewhere. */
    void leave(long incarnation) {
        leaving.add(incarnation);
        scheduler.note("grid", "leave " + incarnation);
    }

    /** A member is found to be dead, or has left: its backups are promoted. */
    void remove(long incarnation) {
        if (members.remove(incarnation) == null) {
            return;
        }
        scheduler.note("grid", "remove " + incarnation);
        leaving.remove(incarnation);
        copies.forget(incarnation);
        for (int shard = 0; shard < table.length; shard++) {
            Placement old = table[shard];
            List<Long> left = new ArrayList<>(old.backups());
            left.remove(incarnation);
            if (old.owner() != incarnation) {
                table[shard] = new Placement(old.owner(), List.copyOf(left));
            } else if (left.isEmpty()) {
                throw new AssertionError("the last copy of shard " + shard + " died: the simulation must not do that");
            } else {
                table[shard] = new Placement(left.removeFirst(), List.copyOf(left));
            }
        }
        publish();
    }

    private void publish() {
        View view = view();
        for (SimNode node : members.values()) {
            long due = scheduler.now() + scheduler.between(0, chaos.viewDelay());
            long time = Math.max(due, lastView.getOrDefault(node.incarnation(), 0L));
            lastView.put(node.incarnation(), time);
            scheduler.at(time, () -> {
                seen.put(node.incarnation(), view);
                node.input(new Input.ViewChanged(view));
            });
        }
    }

    private View view() {
        List<View.Member> list = members.values().stream().map(SimNode::member).toList();
        return new View(list, List.of(table));
    }

    /** True if any one node may die without the data of a shard dying with it. */
    boolean isSafe() {
        View now = view();
        for (SimNode node : members.values()) {
            View known = seen.get(node.incarnation());
            if (!node.isAlive() || known == null || !known.members().equals(now.members())) {
                return false;
            }
        }
        for (int shard = 0; shard < table.length; shard++) {
            if (moving[shard] || table[shard].backups().size() < wantedBackups()) {
                return false;
            }
        }
        return members.size() > 1;
    }

    private int wantedBackups() {
        return Math.min(backups, members.size() - 1);
    }

    /** True if every copy is where it should be and nothing moves. */
    boolean isBalanced() {
        return members.size() == 1 || (leaving.isEmpty() && isSafe());
    }

    /** One round of repair: missing copies are made, owners are moved to where there are fewer. */
    void balance() {
        for (int shard = 0; shard < table.length; shard++) {
            Placement at = table[shard];
            if (moving[shard] || at.owner() == 0) {
                continue;
            }
            if (at.backups().size() < wantedBackups()) {
                copyTo(shard, anyOutside(at));
            } else if (members.size() > 1 && mustMove(at) && !anyMoves()) {
                move(shard, target(at));
            }
        }
        for (long incarnation : List.copyOf(leaving)) {
            if (Arrays.stream(table).noneMatch(at -> holds(at, incarnation))) {
                SimNode node = members.get(incarnation);
                remove(incarnation);
                if (node != null) {
                    node.stop();
                }
            }
        }
    }

    /** Moves the owner of some shard for no reason. */
    void moveAny() {
        int shard = scheduler.below(table.length);
        Placement at = table[shard];
        if (!moving[shard] && members.size() > 1 && at.owner() != 0) {
            List<Long> others =
                    stayers().stream().filter(id -> id != at.owner()).toList();
            if (!others.isEmpty()) {
                move(shard, scheduler.pick(others));
            }
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
        return owned(at.owner()) > owned(fewest()) + 1;
    }

    private long owned(long incarnation) {
        return Arrays.stream(table).filter(at -> at.owner() == incarnation).count();
    }

    private long fewest() {
        long best = 0;
        for (long id : stayers()) {
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

    /** A new backup: what is applied while the copy travels is missing in it. */
    private void copyTo(int shard, long target) {
        if (target == 0) {
            return;
        }
        long owner = table[shard].owner();
        SimNode from = members.get(owner);
        if (from == null || !from.isAlive()) {
            return;
        }
        byte[] copy = copies.snapshot(owner, shard);
        scheduler.after(scheduler.between(1, chaos.mapDelay() + 50), () -> {
            Placement at = table[shard];
            SimNode to = members.get(target);
            if (moving[shard] || at.owner() != owner || to == null || holds(at, target) || !to.isAlive()) {
                return;
            }
            if (at.backups().size() >= wantedBackups()) {
                return;
            }
            copies.install(target, shard, copy);
            List<Long> more = new ArrayList<>(at.backups());
            more.add(target);
            table[shard] = new Placement(owner, List.copyOf(more));
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
        SimNode from = members.get(before.owner());
        if (from == null || !from.isAlive()) {
            return;
        }
        moving[shard] = true;
        byte[] copy = copies.snapshot(before.owner(), shard);
        scheduler.after(scheduler.between(1, chaos.mapDelay() + 50), () -> {
            moving[shard] = false;
            SimNode to = members.get(target);
            if (!table[shard].equals(before) || !from.isAlive() || to == null || !to.isAlive()) {
                return;
            }
            Placement after = after(before, target);
            for (long holder : holders(after)) {
                if (holder != before.owner() && (holder == target || !holds(before, holder))) {
                    copies.install(holder, shard, copy);
                }
            }
            for (long holder : holders(before)) {
                if (!holds(after, holder)) {
                    copies.drop(holder, shard);
                }
            }
            table[shard] = after;
            scheduler.note("grid", "moved shard " + shard + " from " + before + " to " + after);
            publish();
        });
    }

    private static List<Long> holders(Placement at) {
        List<Long> all = new ArrayList<>(at.backups());
        all.add(at.owner());
        return all;
    }

    private Placement after(Placement before, long target) {
        List<Long> kept = new ArrayList<>();
        List<Long> candidates = new ArrayList<>();
        candidates.add(before.owner());
        candidates.addAll(before.backups());
        candidates.addAll(members.keySet());
        for (long candidate : candidates) {
            SimNode node = members.get(candidate);
            boolean usable = node != null && node.isAlive() && candidate != target && !leaving.contains(candidate);
            if (usable && !kept.contains(candidate) && kept.size() < wantedBackups()) {
                kept.add(candidate);
            }
        }
        return new Placement(target, List.copyOf(kept));
    }
}
