package io.lacewing.lab.scenario;

import io.lacewing.lab.client.Load;
import io.lacewing.lab.client.Size;
import io.lacewing.lab.history.Finding;
import io.lacewing.lab.history.History;
import io.lacewing.lab.history.Judge;
import io.lacewing.lab.history.Verdict;
import io.lacewing.lab.nodes.LabException;
import io.lacewing.lab.nodes.LabNode;
import io.lacewing.lab.nodes.Place;
import io.lacewing.lab.nodes.Placement;
import io.lacewing.lab.nodes.Volume;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** What a scenario plays on: nodes, their network, the load and its history. Used by one thread; closed, nothing is left. */
public final class Stage implements AutoCloseable {
    /** How long a node may take to be ready, once it can be. */
    public static final Duration PATIENCE = Duration.ofSeconds(90);

    /** By when a node that must not serve has to say so. */
    public static final Duration PAUSED_WITHIN = Duration.ofSeconds(5);

    private final Scenario scenario;
    private final Options options;
    private final Random random;
    private final History history = new History(System::nanoTime);
    private final Placement placement;
    private final HealthWatch watch = new HealthWatch(history, this::say);
    private final List<LabNode> nodes = new CopyOnWriteArrayList<>();
    private final List<Load> loads = new ArrayList<>();
    private final Map<LabNode, Volume> volumes = new ConcurrentHashMap<>();
    private final Thread abandon = new Thread(this::removeNodes);
    private final Map<LabNode, Integer> saidBefore = new HashMap<>();
    private final Set<Finding.Kind> foreseen = EnumSet.noneOf(Finding.Kind.class);
    private final Map<String, String> settings;

    Stage(Scenario scenario, Options options, Placement placement) {
        this.scenario = scenario;
        this.options = options;
        this.random = new Random(options.seed());
        this.settings = options.settings(scenario);
        this.placement = placement;
        Runtime.getRuntime().addShutdownHook(abandon); // also what is frozen ends when the lab is told to end
    }

    /** Plays a scenario from the first node to the verdict. */
    static Verdict play(Scenario scenario, Options options, Placement placement) throws InterruptedException {
        try (Stage stage = new Stage(scenario, options, placement)) {
            scenario.play().run(stage);
            return stage.judge();
        }
    }

    // ---- what the scenario needs to know ----

    public Random random() {
        return random;
    }

    public History history() {
        return history;
    }

    public Placement placement() {
        return placement;
    }

    public List<LabNode> nodes() {
        return nodes;
    }

    public int rounds() {
        return options.rounds();
    }

    /** A parameter. */
    public String word(String name) {
        return options.word(scenario, name);
    }

    /** A parameter that is a number. */
    public double number(String name) {
        try {
            return Double.parseDouble(word(name));
        } catch (NumberFormatException e) {
            throw new LabException("parameter " + name + " must be a number, not '" + word(name) + "'", e);
        }
    }

    /** A setting of the nodes; empty if it is not given. */
    public String setting(String key) {
        return settings.getOrDefault(key, "");
    }

    /** A line for people, with the time. */
    public void say(String what) {
        System.out.printf("%10s  %s%n", history.time(history.now()), what);
    }

    /** Something is not as the scenario has it. */
    public void complain(Finding.Kind kind, String who, String what) {
        say(who + " " + what);
        history.complain(kind, who, what);
    }

    // ---- nodes ----

    /** Adds nodes that are not started. */
    public void build(int count) {
        for (int i = 0; i < count; i++) {
            Place place = placement.place(nodes.size());
            nodes.add(new LabNode(place, options.launcher(), options.dir().resolve(place.name())));
        }
    }

    /** The data directory of a node that is not started becomes a volume of its own. */
    public void mount(LabNode node, int mebibytes) {
        volumes.put(node, new Volume(node.data(), mebibytes));
    }

    /** The volume of a node that has one. */
    public Volume volume(LabNode node) {
        Volume volume = volumes.get(node);
        if (volume == null) {
            throw new LabException(node.name() + " has no volume of its own");
        }
        return volume;
    }

    /** Starts so many nodes of one cluster and waits until they serve. */
    public void cluster(int count) throws InterruptedException {
        build(count);
        startCluster();
    }

    /** Starts all nodes there are and waits until they serve. */
    public void startCluster() throws InterruptedException {
        nodes.forEach(this::start);
        for (LabNode node : nodes) {
            LabNode.Health health = node.awaitReady(PATIENCE);
            if (!health.ready()) {
                throw new LabException(node.name() + " does not serve: " + health.text() + "; it said:\n" + tail(node));
            }
        }
        say(nodes.size() + " nodes serve");
    }

    static String tail(LabNode node) {
        List<String> lines = node.said().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
    }

    /** Starts a node as one of the cluster of all nodes there are. */
    public void start(LabNode node) {
        start(node, Map.of());
    }

    /** The same with other settings on top; one that is empty takes a key away. */
    public void start(LabNode node, Map<String, String> other) {
        Map<String, String> all = new HashMap<>(Map.of(
                "cluster.enabled",
                "true",
                "cluster.name",
                "lab-" + ProcessHandle.current().pid(),
                "cluster.size",
                "" + Math.min(nodes.size(), 3),
                "cluster.discovery.type",
                "static",
                "cluster.discovery.members",
                members()));
        all.putAll(settings);
        all.putAll(other);
        all.values().removeIf(String::isEmpty);
        saidBefore.put(node, node.said().length());
        history.mended("start " + node.name());
        say("start " + node.name());
        node.start(all);
        watch.watch(node);
    }

    /** What a node has said since it was last started. */
    public String saidSinceStart(LabNode node) {
        return node.said().substring(saidBefore.getOrDefault(node, 0));
    }

    private String members() {
        return nodes.stream().map(node -> node.place().member()).collect(Collectors.joining(", ", "[", "]"));
    }

    /** Starts a node that is alone. */
    public void startAlone(LabNode node) {
        start(
                node,
                Map.of(
                        "cluster.enabled", "false",
                        "cluster.name", "",
                        "cluster.size", "",
                        "cluster.discovery.type", "",
                        "cluster.discovery.members", ""));
    }

    /** kill -9 at the same moment. */
    public void kill(List<LabNode> victims) {
        String what = "kill -9 " + names(victims);
        history.fault(what);
        say(what);
        LabNode.killAll(victims);
    }

    /** The names of nodes, for people. */
    public static String names(List<LabNode> nodes) {
        return nodes.stream().map(LabNode::name).collect(Collectors.joining(" "));
    }

    /** Waits until nodes are ready; complains of those that are not in time. */
    public boolean awaitReady(List<LabNode> wanted) throws InterruptedException {
        boolean all = true;
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (LabNode node : wanted) {
            LabNode.Health health = node.awaitReady(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
            if (!health.ready()) {
                all = false;
                complain(
                        Finding.Kind.HEALTH,
                        node.name(),
                        "is not ready after " + PATIENCE.toSeconds() + " s: " + health.text());
            }
        }
        return all;
    }

    /** A node must say within 5 s that it is not ready; complains if it does not. */
    public void expectUnready(LabNode node, String because) throws InterruptedException {
        long end = System.nanoTime() + PAUSED_WITHIN.toNanos();
        while (System.nanoTime() < end) {
            if (!node.health().ready()) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        complain(
                Finding.Kind.HEALTH,
                node.name(),
                "still says that it is ready " + PAUSED_WITHIN.toSeconds() + " s after " + because);
    }

    /** Findings of this kind are right in this scenario. */
    public void foresee(Finding.Kind kind) {
        foreseen.add(kind);
    }

    // ---- load and time ----

    /** Clients of all kinds on all nodes begin. */
    public Load load() throws InterruptedException {
        return load("load", nodes);
    }

    /** Clients of all kinds on some nodes begin. */
    public Load load(String name, List<LabNode> on) throws InterruptedException {
        List<InetSocketAddress> addresses =
                on.stream().map(node -> node.place().mqtt()).toList();
        List<InetSocketAddress> entrances = on.size() == nodes.size() ? placement.entrances() : List.of();
        Size size = Size.of(on.size(), Integer.parseInt(word("rate")));
        Load load = new Load(history, name, addresses, entrances, size, random.nextLong());
        loads.add(load);
        say("load '" + name + "' on " + names(on));
        return load;
    }

    /** Lets the load run for about the time that the options say. */
    public void run() throws InterruptedException {
        run(options.seconds() * (0.7 + 0.6 * random.nextDouble()));
    }

    /** Lets the load run. */
    public void run(double seconds) throws InterruptedException {
        TimeUnit.MICROSECONDS.sleep((long) (seconds * 1e6));
    }

    // ---- the end ----

    private Verdict judge() throws InterruptedException {
        if (loads.isEmpty()) {
            return new Judge(history).judge();
        }
        placement.heal();
        awaitReady(nodes.stream().filter(LabNode::running).toList());
        say("the load ends; everybody comes back");
        for (Load load : loads) {
            load.settle();
        }
        say("calm; now judged");
        Verdict verdict = new Judge(history).judge();
        if (verdict.count(Finding.Kind.LOST) > 0) {
            complainOfBounds();
            verdict = new Judge(history).judge();
        }
        for (Finding.Kind kind : foreseen) {
            verdict = verdict.allowing(kind);
        }
        return verdict;
    }

    /** What a node dropped by a bound is not lost by a fault: it is said which nodes came near one. */
    private void complainOfBounds() {
        for (LabNode node : nodes) {
            String said = Bounds.said(node.said());
            if (!said.isEmpty()) {
                long dropped = Bounds.CAUSES.stream()
                        .mapToLong(cause -> node.metric("lacewing_messages_dropped_total{cause=\"" + cause + "\"}"))
                        .sum();
                complain(
                        Finding.Kind.BOUND,
                        node.name(),
                        "dropped " + dropped + " messages by bounds since its last start, and said: " + said);
            }
        }
    }

    @Override
    public void close() {
        watch.close();
        loads.forEach(Load::close);
        removeNodes();
    }

    private void removeNodes() {
        nodes.forEach(LabNode::destroy);
        for (LabNode node : nodes) {
            Volume volume = volumes.remove(node);
            if (volume != null) {
                volume.close();
            }
        }
    }
}
