package io.lacewing.cluster.core;

import io.lacewing.cluster.core.NodeMessage.OfVoters;
import io.lacewing.cluster.core.QuorumNode.Disk;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Leases, fences and the register of voters of some nodes, from a seed: links that lose, delay and are cut, one way or both;
 * views that differ; processes that die, stand still and return, with or without their disks; clocks that differ. Every
 * violation is an {@link AssertionError} that names the invariant.
 */
final class QuorumSimulation {
    /** Something broken on purpose, to see that it is noticed. */
    enum Fault {
        NONE,
        /** Nodes echo pulses of those that their views have dropped. */
        ECHOES_THE_DEPARTED,
        /** One voter's echo comes without the voter. */
        LEASE_OF_ONE_LESS,
        /** One voter's acceptance comes without the voter. */
        ACCEPTED_BY_ONE_LESS,
        /** Disks say that a state is safe before it is. */
        ANSWERS_BEFORE_SAVED,
        /** Whom a node had given up is not on its disk. */
        FORGETS_THE_GIVEN_UP,
        /** Some clocks run half as fast again as others. */
        CLOCKS_RUN_APART
    }

    private static final long START = 1_000_000;
    private static final long TICK = 50;

    private final SplittableRandom random;
    private final Fault fault;
    private final int size;
    /** Between two disasters, at most. */
    private final int pace;

    private final CoreSettings.Cluster settings;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final TreeMap<Long, QuorumNode> nodes = new TreeMap<>();
    private final List<Disk> disks = new ArrayList<>();
    private final Map<Long, Long> cutUntil = new HashMap<>();
    private final Set<Long> fenced = new HashSet<>();
    private final Map<Long, Voters> decided = new TreeMap<>();
    private long now = START;
    private long orders;
    private long identities;
    private boolean calm;

    private record Event(long at, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    QuorumSimulation(long seed, Fault fault) {
        this.random = new SplittableRandom(seed);
        this.fault = fault;
        this.size = 2 + random.nextInt(random.nextInt(3) == 0 ? 4 : 2);
        this.settings = CoreSettings.Cluster.of(size);
        pace = 300 + random.nextInt(4_000);
        int more = random.nextInt(Math.min(size, 3));
        for (int i = 1; i <= size + more; i++) {
            disks.add(new Disk("n" + i, ++identities));
        }
    }

    /** Runs with disasters for so many milliseconds, then until it is quiet. Returns how many versions were decided. */
    int run(long millis) {
        for (Disk disk : List.copyOf(disks)) {
            at(random.nextInt(disks.indexOf(disk) < size ? 1_500 : 10_000), () -> start(disk));
        }
        long end = now + millis;
        disaster(end);
        runUntil(end);
        settleDown();
        return decided.size();
    }

    /** How many incarnations were fenced. */
    int fences() {
        return fenced.size();
    }

    // ---- time ----

    private void at(long delay, Runnable action) {
        events.add(new Event(now + delay, orders++, action));
    }

    private void runUntil(long end) {
        for (Event next = events.peek(); next != null && next.at() <= end; next = events.peek()) {
            events.remove();
            now = next.at();
            next.action().run();
        }
        now = end;
    }

    // ---- processes ----

    private void start(Disk disk) {
        if (nodes.values().stream().anyMatch(node -> node.disk == disk)) {
            return;
        }
        long incarnation = (random.nextLong() >>> 1) + 1;
        double drift = fault == Fault.CLOCKS_RUN_APART ? 0.25 : 0.02;
        double rate = 1 - drift + 2 * drift * random.nextDouble();
        if (fault == Fault.FORGETS_THE_GIVEN_UP) {
            NodeState state = disk.state;
            disk.state = new NodeState(
                    state.identity(), state.promised(), state.accepted(), state.voters(), state.learned(), List.of());
        }
        QuorumNode node = new QuorumNode(incarnation, disk, settings, now, random.nextInt(1_000_000), rate);
        nodes.put(incarnation, node);
        node.seen.add(incarnation);
        boolean joins = calm || random.nextInt(10) > 0;
        for (QuorumNode other : List.copyOf(nodes.values())) {
            if (other != node && joins && (calm || random.nextInt(10) > 0)) {
                meet(node, other);
            }
        }
        see(node);
        tick(node);
    }

    /** Two nodes come to see each other, each in its time. */
    private void meet(QuorumNode one, QuorumNode other) {
        at(random.nextInt(300), () -> show(one, other));
        at(random.nextInt(300), () -> show(other, one));
    }

    private void show(QuorumNode to, QuorumNode whom) {
        if (to.alive && whom.alive && to.seen.add(whom.self.incarnation())) {
            see(to);
        }
    }

    private void hide(QuorumNode from, QuorumNode whom) {
        if (from.alive && from != whom && from.seen.remove(whom.self.incarnation())) {
            see(from);
        }
    }

    private final Map<Long, View.Member> everyone = new HashMap<>();

    private void see(QuorumNode node) {
        everyone.put(node.self.incarnation(), node.self);
        List<View.Member> members = new ArrayList<>();
        for (long incarnation : node.seen) {
            members.add(everyone.get(incarnation));
        }
        View view = new View(members, List.of());
        input(node, () -> node.viewChanged(view));
    }

    private void stop(QuorumNode node) {
        if (!node.alive) {
            return;
        }
        node.alive = false;
        nodes.remove(node.self.incarnation());
        NodeState underWay = node.disk.underWay;
        if (underWay != null && fault != Fault.ANSWERS_BEFORE_SAVED && random.nextBoolean()) {
            node.disk.state = underWay;
        }
        node.disk.underWay = null;
        for (QuorumNode other : nodes.values()) {
            at(random.nextInt(random.nextInt(4) == 0 ? 5_000 : 300), () -> hide(other, node));
        }
    }

    private void tick(QuorumNode node) {
        if (node.alive) {
            input(node, node::tick);
            at(TICK, () -> tick(node));
        }
    }

    private void input(QuorumNode node, Runnable input) {
        if (!node.alive) {
            return;
        }
        node.inbox.add(input);
        if (node.inbox.size() == 1) {
            at(Math.max(0, node.frozenUntil - now), () -> turn(node));
        }
    }

    private void turn(QuorumNode node) {
        if (!node.alive || node.inbox.isEmpty()) {
            return;
        }
        if (node.frozenUntil > now) {
            at(node.frozenUntil - now, () -> turn(node));
            return;
        }
        Voters before = node.voters();
        node.turn(now);
        node.effects.drain().forEach(effect -> carryOut(node, effect));
        check(node, before);
        if (node.rejoins) {
            stop(node);
            at(random.nextInt(1_000), () -> start(node.disk));
        }
    }

    private void carryOut(QuorumNode node, Effect effect) {
        switch (effect) {
            case Effect.Send send -> send(send.frame());
            case Effect.SaveState save -> save(node, save);
            case Effect.Lease lease -> node.leaseUntil = lease.until();
            case Effect.Ready ready -> node.missing = ready.missing();
            case Effect.Rejoin rejoin -> node.rejoins = true;
            case Effect.Standing standing -> {}
            case Effect.Note note -> check(note.event() != Effect.Event.FOREIGN_NODE, "one cluster: " + note.detail());
            default -> throw new AssertionError("not from a quorum: " + effect);
        }
    }

    private void save(QuorumNode node, Effect.SaveState save) {
        Disk disk = node.disk;
        disk.underWay = save.state();
        boolean early = fault == Fault.ANSWERS_BEFORE_SAVED;
        at(early ? 400 : random.nextInt(20), () -> {
            if (node.alive) {
                disk.state = save.state();
                if (!early) {
                    disk.underWay = null;
                    input(node, () -> node.quorum.saved(save.save()));
                }
            }
        });
        if (early) {
            input(node, () -> node.quorum.saved(save.save()));
        }
    }

    // ---- wires ----

    private void send(Frame frame) {
        tamper(frame);
        if (!calm && random.nextInt(20) == 0) {
            return;
        }
        at(1 + random.nextInt(calm ? 5 : 40), () -> {
            QuorumNode to = nodes.get(frame.to());
            if (to != null && cutUntil.getOrDefault(direction(frame.from(), frame.to()), 0L) <= now) {
                input(to, () -> to.received(frame));
            }
        });
    }

    private static long direction(long from, long to) {
        return from * 31 + to;
    }

    /** What the planted fault makes of a message: an answer that nobody gave. */
    private void tamper(Frame frame) {
        QuorumNode from = nodes.get(frame.from());
        if (fault == Fault.NONE || from == null || !from.seen.contains(frame.to())) {
            return;
        }
        QuorumNode to = nodes.get(frame.to());
        boolean departed = to != null && !to.seen.contains(frame.from());
        for (NodeMessage message : frame.messages()) {
            boolean lease = fault == Fault.LEASE_OF_ONE_LESS && from.seen.first() == frame.to();
            if (message instanceof NodeMessage.Pulse pulse
                    && (lease || (fault == Fault.ECHOES_THE_DEPARTED && departed))) {
                NodeMessage.Echo echo = new NodeMessage.Echo(pulse.sentAt());
                at(1, () -> input(from, () -> from.receive(frame.to(), echo)));
            }
            if (message instanceof OfVoters.Accept accept && fault == Fault.ACCEPTED_BY_ONE_LESS) {
                OfVoters.Accepted accepted = new OfVoters.Accepted(accept.ballot());
                at(1, () -> input(from, () -> from.receive(frame.to(), accepted)));
            }
        }
    }

    // ---- disasters ----

    private void disaster(long end) {
        at(1 + random.nextInt(pace), () -> {
            if (now < end) {
                if (nodes.size() > 0) {
                    strike(new ArrayList<>(nodes.values()));
                }
                disaster(end);
            }
        });
    }

    private void strike(List<QuorumNode> present) {
        QuorumNode one = present.get(random.nextInt(present.size()));
        QuorumNode other = present.get(random.nextInt(present.size()));
        switch (random.nextInt(9)) {
            case 0 -> crash(one);
            case 1, 2 -> one.frozenUntil = now + random.nextInt(random.nextInt(3) == 0 ? 6_000 : 1_500);
            case 3 -> cut(one, other, random.nextInt(4_000), random.nextBoolean());
            case 4 -> split(present);
            case 5 -> hide(one, other);
            case 6 -> // All others drop it, and it does not notice.
                present.forEach(each -> at(random.nextInt(400), () -> hide(each, one)));
            case 7 -> {
                if (random.nextInt(4) == 0) {
                    present.forEach(this::crash);
                }
            }
            default -> {
                // Somebody asks about one that it has never seen.
                List<Long> all = new ArrayList<>(everyone.keySet());
                ask(one, all.get(random.nextInt(all.size())));
            }
        }
    }

    private void ask(QuorumNode node, long incarnation) {
        if (!node.seen.contains(incarnation)) {
            input(node, () -> node.quorum.majority().isFenced(incarnation));
        }
    }

    private void crash(QuorumNode node) {
        stop(node);
        Disk disk = node.disk;
        if (random.nextInt(5) == 0 && mayBeLost(disk)) {
            disks.remove(disk);
            Disk empty = new Disk(disk.nodeId, ++identities);
            disks.add(empty);
            at(random.nextInt(3_000), () -> start(empty));
        } else {
            at(random.nextInt(3_000), () -> start(disk));
        }
    }

    /** Not so many that the others could begin another cluster without those that are left. */
    private boolean mayBeLost(Disk disk) {
        long blank = disks.stream()
                .filter(each -> each == disk || !each.state.voters().isBorn())
                .count();
        return blank < size;
    }

    private void cut(QuorumNode from, QuorumNode to, long millis, boolean both) {
        cutUntil.put(direction(from.self.incarnation(), to.self.incarnation()), now + millis);
        if (both) {
            cutUntil.put(direction(to.self.incarnation(), from.self.incarnation()), now + millis);
        }
    }

    /** Two sides that don't hear each other, and drop each other after a while. */
    private void split(List<QuorumNode> present) {
        long millis = random.nextInt(8_000);
        long drop = random.nextInt(4_000);
        Set<QuorumNode> left = new HashSet<>();
        present.forEach(node -> {
            if (random.nextBoolean()) {
                left.add(node);
            }
        });
        for (QuorumNode node : present) {
            for (QuorumNode other : present) {
                if (left.contains(node) != left.contains(other)) {
                    cut(node, other, millis, false);
                    if (drop < millis) {
                        at(drop + random.nextInt(500), () -> hide(node, other));
                    }
                }
            }
        }
    }

    // ---- what must hold ----

    private void check(QuorumNode node, Voters before) {
        Voters voters = node.voters();
        if (!voters.equals(before)) {
            check(voters.version() > before.version(), "versions grow");
            Voters known = decided.putIfAbsent(voters.version(), voters);
            check(known == null || known.equals(voters), "one value for version " + voters.version());
            Voters older = decided.get(voters.version() - 1);
            if (older != null) {
                check(older.clusterId() == voters.clusterId(), "one cluster for ever");
                int differ = 0;
                for (Voters.Voter voter : older.members()) {
                    differ += voters.has(voter.identity()) ? 0 : 1;
                }
                for (Voters.Voter voter : voters.members()) {
                    differ += older.has(voter.identity()) ? 0 : 1;
                }
                check(differ == 1, "one voter at a time");
            }
        }
        long self = node.self.incarnation();
        if (fenced.contains(self)) {
            check(!node.quorum.majority().isGood(), "whoever is fenced has no lease: it thinks so");
            check(node.clock(now) >= node.leaseUntil, "whoever is fenced has no lease: its event loops think so");
        }
        if (now - node.checkedAt < TICK) {
            return;
        }
        node.checkedAt = now;
        for (long incarnation : everyone.keySet()) {
            if (!node.seen.contains(incarnation)
                    && node.disk.state.givenUp().contains(incarnation)
                    && node.quorum.majority().isFenced(incarnation)) {
                fenced.add(incarnation);
                QuorumNode of = nodes.get(incarnation);
                check(of == null || of.clock(now) >= of.leaseUntil, "whoever has a lease is not fenced");
            }
        }
    }

    private static void check(boolean holds, String invariant) {
        if (!holds) {
            throw new AssertionError(invariant);
        }
    }

    // ---- calm ----

    private void settleDown() {
        calm = true;
        cutUntil.clear();
        for (QuorumNode node : List.copyOf(nodes.values())) {
            node.frozenUntil = 0;
            stop(node);
        }
        for (Disk disk : List.copyOf(disks)) {
            at(random.nextInt(500), () -> start(disk));
        }
        boolean possible = isMajorityThere();
        long last =
                decided.keySet().stream().mapToLong(version -> version).max().orElse(0);
        for (int i = 0; i < 40 && !isSettled(); i++) {
            runUntil(now + 500);
        }
        runUntil(now + 1_000);
        if (!possible) {
            return;
        }
        check(nodes.size() == disks.size(), "all are there");
        for (QuorumNode node : nodes.values()) {
            check(node.quorum.majority().isGood(), "progress: a lease; " + node.missing);
            check(node.voters().version() >= last, "nothing decided is lost");
            check(node.voters().members().size() == disks.size(), "progress: all vote, " + node.voters());
            for (Disk disk : disks) {
                check(node.voters().has(disk.state.identity()), "progress: those vote that are there");
            }
        }
    }

    private boolean isSettled() {
        return nodes.size() == disks.size()
                && nodes.values().stream()
                        .allMatch(node -> node.quorum.majority().isGood()
                                && node.voters().members().size() == disks.size()
                                && disks.stream().allMatch(disk -> node.voters().has(disk.state.identity())));
    }

    /** True if enough disks are there of whatever may have been decided. */
    private boolean isMajorityThere() {
        Set<Long> present = new HashSet<>();
        disks.forEach(disk -> present.add(disk.state.identity()));
        for (Disk disk : disks) {
            NodeState state = disk.state;
            if (state.learned().isBorn() && !state.learned().isMajority(present)) {
                return false;
            }
            if (state.voters().version() == 1
                    ? !state.voters().isAll(present) && decided.isEmpty()
                    : state.voters().isBorn() && !state.voters().isMajority(present)) {
                return false;
            }
        }
        return decided.isEmpty()
                || disks.stream().anyMatch(disk -> disk.state.learned().isBorn());
    }
}
