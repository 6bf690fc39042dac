package io.lacewing.lab.scenario;

import io.lacewing.lab.client.Load;
import io.lacewing.lab.history.Finding;
import io.lacewing.lab.nodes.LabNode;
import java.time.Duration;
import java.util.List;

/** Nodes that come to others with data of their own, or of long ago. */
final class Memberships {
    private static final Duration REFUSED_WITHIN = Duration.ofSeconds(30);

    private Memberships() {}

    /** A node that was alone, with data, is joined by two that have none. */
    static void joinEmpty(Stage stage) throws InterruptedException {
        stage.build(1);
        LabNode first = stage.nodes().getFirst();
        stage.startAlone(first);
        stage.awaitReady(stage.nodes());
        Load early = stage.load("early", stage.nodes());
        stage.run();
        stage.history().fault("restart " + first.name() + " as one of three");
        first.terminate();
        stage.build(2);
        Kills.startInAnyOrder(stage, stage.number("gap"));
        stage.awaitReady(stage.nodes());
        early.reach(stage.nodes().stream().map(node -> node.place().mqtt()).toList());
        stage.load("late", stage.nodes());
        stage.run();
        stage.kill(List.of(first));
        stage.run();
        stage.start(first);
        stage.awaitReady(stage.nodes());
        stage.run();
    }

    /** Two nodes with different data are told to be one cluster: that is refused, and both keep what they have. */
    static void foreign(Stage stage) throws InterruptedException {
        stage.build(2);
        for (LabNode node : stage.nodes()) {
            stage.startAlone(node);
        }
        stage.awaitReady(stage.nodes());
        for (LabNode node : stage.nodes()) {
            stage.load("on-" + node.name(), List.of(node));
        }
        stage.run();
        stage.kill(stage.nodes());
        Kills.startInAnyOrder(stage, stage.number("gap"));
        long end = System.nanoTime() + REFUSED_WITHIN.toNanos();
        while (System.nanoTime() < end && stage.nodes().stream().allMatch(LabNode::running)) {
            stage.run(0.2);
        }
        List<LabNode> refused =
                stage.nodes().stream().filter(node -> !node.running()).toList();
        refused.forEach(node -> stage.say(node.name() + " ended with exit code " + node.exitCode() + ": "
                + Stage.tail(node).lines().reduce("", (a, b) -> b)));
        if (refused.isEmpty() || refused.stream().anyMatch(node -> node.exitCode() == 0)) {
            stage.complain(
                    Finding.Kind.SCENARIO,
                    "both nodes",
                    "run " + REFUSED_WITHIN.toSeconds() + " s after they were told to be one cluster");
        }
        stage.nodes().forEach(LabNode::destroy);
        stage.nodes().forEach(stage::startAlone);
        stage.awaitReady(stage.nodes());
        stage.run();
    }

    /** A node is away while the others go on, change and are restarted; then it comes back with its old data. */
    static void week(Stage stage) throws InterruptedException {
        stage.cluster((int) stage.number("nodes"));
        stage.load();
        stage.run();
        LabNode sleeper = stage.nodes().getLast();
        stage.kill(List.of(sleeper));
        List<LabNode> others = stage.nodes().subList(0, stage.nodes().size() - 1);
        for (int round = 0; round < stage.rounds(); round++) {
            stage.run();
            if (Boolean.parseBoolean(stage.word("restart-others"))) {
                stage.kill(others);
                others.forEach(stage::start);
                stage.awaitReady(others);
            }
            stage.run();
        }
        stage.start(sleeper);
        stage.awaitReady(stage.nodes());
        stage.run();
        for (LabNode other : others) {
            stage.kill(List.of(other));
            stage.run();
            stage.start(other);
            stage.awaitReady(stage.nodes());
            stage.run();
        }
    }
}
