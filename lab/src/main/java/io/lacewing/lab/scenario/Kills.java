package io.lacewing.lab.scenario;

import io.lacewing.lab.history.Finding;
import io.lacewing.lab.nodes.LabNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Nodes that are killed, frozen or restarted. */
final class Kills {
    private static final double SECONDS_TO_COPY = 3;
    private static final double SECONDS_UNTIL_REMOVED = 10;
    private static final int SIGTERM_EXIT = 143;

    private Kills() {}

    /** One of them, again and again. */
    static void one(Stage stage) throws InterruptedException {
        stage.cluster((int) stage.number("nodes"));
        stage.load();
        for (int round = 0; round < stage.rounds(); round++) {
            stage.run();
            LabNode victim =
                    stage.nodes().get(stage.random().nextInt(stage.nodes().size()));
            stage.kill(List.of(victim));
            stage.run();
            stage.start(victim);
            stage.awaitReady(stage.nodes());
            stage.run(SECONDS_TO_COPY);
        }
        stage.run();
    }

    /** All of them at the same moment, restarted in any order. */
    static void all(Stage stage) throws InterruptedException {
        stage.cluster((int) stage.number("nodes"));
        stage.load();
        for (int round = 0; round < stage.rounds(); round++) {
            stage.run();
            stage.kill(stage.nodes());
            startInAnyOrder(stage, stage.number("gap"));
            stage.awaitReady(stage.nodes());
        }
        stage.run();
    }

    static void startInAnyOrder(Stage stage, double gap) throws InterruptedException {
        List<LabNode> order = new ArrayList<>(stage.nodes());
        Collections.shuffle(order, stage.random());
        for (LabNode node : order) {
            stage.start(node);
            stage.run(stage.random().nextDouble() * gap);
        }
    }

    /** A node that has no others. */
    static void alone(Stage stage) throws InterruptedException {
        stage.build(1);
        LabNode node = stage.nodes().getFirst();
        stage.startAlone(node);
        stage.awaitReady(stage.nodes());
        stage.load();
        for (int round = 0; round < stage.rounds(); round++) {
            stage.run();
            stage.kill(stage.nodes());
            stage.startAlone(node);
            stage.awaitReady(stage.nodes());
        }
        stage.run();
    }

    /** One stands still, and goes on as if nothing had been. */
    static void freeze(Stage stage) throws InterruptedException {
        stage.cluster((int) stage.number("nodes"));
        stage.load();
        for (int round = 0; round < stage.rounds(); round++) {
            stage.run();
            LabNode frozen =
                    stage.nodes().get(stage.random().nextInt(stage.nodes().size()));
            stage.history().fault("freeze " + frozen.name());
            stage.say("freeze " + frozen.name());
            frozen.freeze();
            stage.run(stage.number("duration"));
            stage.say("thaw " + frozen.name());
            stage.history().mended("thaw " + frozen.name());
            frozen.thaw();
            if (stage.number("duration") >= SECONDS_UNTIL_REMOVED) {
                stage.expectUnready(frozen, "it was thawed, as the others had gone on without it");
            }
            stage.run(1);
            stage.awaitReady(stage.nodes());
            stage.run(SECONDS_TO_COPY);
        }
        stage.run();
    }

    /** One after the other, as in an upgrade. */
    static void rollingRestart(Stage stage) throws InterruptedException {
        stage.cluster((int) stage.number("nodes"));
        stage.load();
        for (int round = 0; round < stage.rounds(); round++) {
            for (LabNode node : stage.nodes()) {
                stage.run();
                stage.history().fault("stop " + node.name());
                stage.say("stop " + node.name());
                if (!node.terminate()) {
                    stage.complain(Finding.Kind.SCENARIO, node.name(), "does not end after SIGTERM");
                    node.destroy();
                } else if (node.exitCode() != SIGTERM_EXIT) {
                    stage.complain(Finding.Kind.SCENARIO, node.name(), "ended with exit code " + node.exitCode());
                }
                stage.start(node);
                stage.awaitReady(stage.nodes());
                stage.run(SECONDS_TO_COPY);
            }
        }
        stage.run();
    }
}
