package io.lacewing.lab.scenario;

import io.lacewing.lab.history.Finding;
import io.lacewing.lab.nodes.DataFiles;
import io.lacewing.lab.nodes.DataFiles.Damage;
import io.lacewing.lab.nodes.LabNode;
import io.lacewing.lab.nodes.Shell;
import io.lacewing.lab.nodes.Volume;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Disks that are full, read-only, damaged. */
final class Disks {
    private static final int MEBIBYTES = 256;
    private static final double SECONDS_TO_OPEN = 8;
    private static final Duration COPIED_WITHIN = Duration.ofSeconds(20);
    private static final String CLOSED = "lacewing_shards{state=\"closed\"}";
    private static final String BEHIND = "lacewing_shards{state=\"behind\"}";
    private static final String FORCED = "lacewing_shards_forced_total";

    private Disks() {}

    private static LabNode withVolume(Stage stage) throws InterruptedException {
        stage.build((int) stage.number("nodes"));
        LabNode node = stage.nodes().getFirst();
        stage.mount(node, MEBIBYTES);
        stage.startCluster();
        return node;
    }

    /** One node's disk has no space left; it must say so and acknowledge nothing, and go on when there is space. */
    static void full(Stage stage) throws InterruptedException {
        LabNode node = withVolume(stage);
        Volume volume = stage.volume(node);
        stage.load();
        for (int round = 0; round < stage.rounds(); round++) {
            stage.run();
            fault(stage, "fill the disk of " + node.name());
            volume.fill();
            stage.expectUnready(node, "its disk was full");
            stage.run();
            if (Boolean.parseBoolean(stage.word("kill-all"))) {
                stage.kill(stage.nodes());
                volume.free();
                Kills.startInAnyOrder(stage, 1);
            } else {
                volume.free();
            }
            mended(stage, "free the disk of " + node.name());
            stage.awaitReady(stage.nodes());
        }
        stage.run();
        stage.kill(stage.nodes());
        Kills.startInAnyOrder(stage, 1);
        stage.awaitReady(stage.nodes());
    }

    /** A node finds its data directory read-only: it must say so and not serve; writable again, it does. */
    static void readOnly(Stage stage) throws InterruptedException {
        LabNode node = withVolume(stage);
        stage.load();
        stage.run();
        stage.kill(List.of(node));
        stage.volume(node).readOnly(true);
        stage.start(node);
        stage.run(10);
        if (node.running() && node.health().ready()) {
            stage.complain(Finding.Kind.HEALTH, node.name(), "is ready though its data directory is read-only");
        } else if (!stage.saidSinceStart(node).contains(node.data().toString())) {
            stage.complain(Finding.Kind.SCENARIO, node.name(), "does not name the directory that it can't write to");
        }
        node.destroy();
        stage.volume(node).readOnly(false);
        stage.start(node);
        stage.awaitReady(stage.nodes());
        stage.run();
    }

    static void flip(Stage stage) throws InterruptedException {
        damage(stage, Damage.FLIP);
    }

    static void truncate(Stage stage) throws InterruptedException {
        damage(stage, Damage.TRUNCATE);
    }

    /** A file of each kind is damaged in turn, while one node or all are down. */
    private static void damage(Stage stage, Damage damage) throws InterruptedException {
        stage.cluster((int) stage.number("nodes"));
        stage.load();
        boolean all = stage.word("down").equals("all");
        for (int round = 0; round < stage.rounds(); round++) {
            stage.run();
            LabNode node =
                    stage.nodes().get(stage.random().nextInt(stage.nodes().size()));
            Set<String> kinds = DataFiles.kinds(node.data()).keySet();
            if (kinds.isEmpty()) {
                stage.complain(Finding.Kind.SCENARIO, node.name(), "keeps no files that could be damaged");
            }
            for (String kind : kinds) {
                stage.run();
                stage.kill(all ? stage.nodes() : List.of(node));
                List<Path> files = DataFiles.kinds(node.data()).getOrDefault(kind, List.of());
                if (!files.isEmpty()) {
                    Path file = files.get(stage.random().nextInt(files.size()));
                    stage.say(DataFiles.damage(file, damage, stage.random()));
                    start(stage, node, file, all);
                }
            }
        }
        stage.run();
    }

    private static void start(Stage stage, LabNode node, Path file, boolean all) throws InterruptedException {
        if (all) {
            Kills.startInAnyOrder(stage, 1);
        } else {
            stage.start(node);
        }
        node.awaitReady(Stage.PATIENCE);
        String said = stage.saidSinceStart(node);
        said.lines()
                .filter(line -> line.contains(" WARN ") || line.contains(" ERROR ") || line.startsWith("lacewing:"))
                .limit(5)
                .forEach(line -> stage.say("  " + line));
        if (!node.running()) {
            if (!said.contains(file.getFileName().toString())) {
                stage.complain(Finding.Kind.SCENARIO, node.name(), "ended without a word about " + file + ": " + said);
            }
            stage.say(node.name() + " refused to start; an operator takes its data away");
            DataFiles.wipe(node.data());
            stage.start(node);
        }
        stage.awaitReady(stage.nodes());
    }

    private static void fault(Stage stage, String what) {
        stage.history().fault(what);
        stage.say(what);
    }

    private static void mended(Stage stage, String what) {
        stage.history().mended(what);
        stage.say(what);
    }

    /** Both nodes that hold some shards are gone, and the volume of one or of both is lost. */
    static void lostHolders(Stage stage) throws InterruptedException {
        stage.cluster((int) stage.number("nodes"));
        stage.load();
        stage.run();
        if (stage.word("lost").toLowerCase(Locale.ROOT).equals("both")) {
            bothVolumes(stage);
        } else {
            List<LabNode> gone = stage.nodes().subList(0, 2);
            stage.kill(gone);
            wipe(stage, gone.getFirst());
            if (stage.nodes().size() == 3) {
                stage.expectUnready(stage.nodes().getLast(), "it lost the majority");
            }
            startBoth(stage, gone);
        }
        stage.run();
    }

    private static void wipe(Stage stage, LabNode node) {
        DataFiles.wipe(node.data());
        stage.say("the volume of " + node.name() + " is lost");
    }

    private static void startBoth(Stage stage, List<LabNode> gone) throws InterruptedException {
        stage.run();
        stage.start(gone.getLast(), Map.of());
        stage.run(stage.number("gap"));
        stage.start(gone.getFirst(), Map.of());
        stage.awaitReady(stage.nodes());
    }

    /**
     * What only they held is closed until an operator gives it up: never empty, and not to be had. Then it is gone. Which
     * two nodes share shards is for the broker to say: two after two are lost until some shard is.
     */
    private static void bothVolumes(Stage stage) throws InterruptedException {
        boolean force = Boolean.parseBoolean(stage.word("force"));
        stage.foresee(force ? Finding.Kind.LOST : Finding.Kind.UNREACHABLE);
        stage.foresee(force ? Finding.Kind.VANISHED : Finding.Kind.UNANSWERED);
        if (force) {
            // What a publisher's lost session knew of its QoS 2 messages is lost with it.
            stage.foresee(Finding.Kind.TWICE);
        }
        List<LabNode> nodes = stage.nodes();
        long closed = 0;
        for (LabNode second : nodes.subList(1, nodes.size() - 1)) {
            List<LabNode> gone = List.of(nodes.getFirst(), second);
            stage.kill(gone);
            gone.forEach(node -> wipe(stage, node));
            startBoth(stage, gone);
            awaitCopies(stage);
            closed = sum(stage, CLOSED);
            stage.say(closed + " shards are closed");
            if (closed > 0) {
                break;
            }
        }
        checkClosed(stage, closed);
        if (force) {
            giveUp(stage, closed);
        }
    }

    /** Waits until no shard lacks a copy. Under load some always do for a moment: not for long. */
    private static void awaitCopies(Stage stage) throws InterruptedException {
        stage.run(SECONDS_TO_OPEN);
        long end = System.nanoTime() + COPIED_WITHIN.toNanos();
        while (sum(stage, BEHIND) > 0 && System.nanoTime() < end) {
            stage.run(0.5);
        }
    }

    private static void awaitNone(Stage stage, String metric) throws InterruptedException {
        stage.run(1);
        long end = System.nanoTime() + Stage.PATIENCE.toNanos();
        while (sum(stage, metric) > 0) {
            if (System.nanoTime() >= end) {
                stage.complain(Finding.Kind.SCENARIO, "all nodes", metric + " stays at " + sum(stage, metric));
                return;
            }
            stage.run(0.5);
        }
    }

    private static long sum(Stage stage, String metric) {
        return stage.nodes().stream().mapToLong(node -> node.metric(metric)).sum();
    }

    /** What is lost stays closed when an operator asks what would be done. */
    private static void checkClosed(Stage stage, long closed) {
        LabNode asked = stage.nodes().getLast();
        Shell.Outcome shown = asked.operate("recover");
        if (closed == 0) {
            stage.complain(
                    Finding.Kind.SCENARIO, "all nodes", "no shard is closed, though all copies of some are lost");
        } else if (shown.exitCode() != 0 || !shown.text().contains("Nothing was changed")) {
            stage.complain(Finding.Kind.SCENARIO, asked.name(), "recover: " + shown.text());
        } else if (sum(stage, CLOSED) != closed) {
            stage.complain(Finding.Kind.SCENARIO, asked.name(), "recover without --force has changed what is closed");
        }
    }

    /** An operator gives up what is lost: just that, and it is said and counted. */
    private static void giveUp(Stage stage, long closed) throws InterruptedException {
        LabNode asked = stage.nodes().getLast();
        stage.history().mended("recover --force on " + asked.name());
        Shell.Outcome forced = asked.operate("recover", "--force");
        stage.say("recover --force on " + asked.name() + ":");
        forced.text().lines().forEach(line -> stage.say("  " + line));
        boolean saysSo = forced.text().contains("begins empty");
        if (forced.exitCode() != 0 || !(saysSo || forced.text().contains("shards: all of this node are open"))) {
            stage.complain(Finding.Kind.SCENARIO, asked.name(), "recover --force does not say what it does");
        }
        awaitNone(stage, CLOSED);
        long counted = sum(stage, FORCED);
        if (counted != closed) {
            stage.complain(
                    Finding.Kind.SCENARIO,
                    "all nodes",
                    counted + " shards are counted as opened by force, of " + closed + " that were closed");
        }
    }
}
