package io.lacewing.lab.scenario;

import io.lacewing.lab.client.Load;
import io.lacewing.lab.client.Size;
import io.lacewing.lab.history.Finding;
import io.lacewing.lab.history.History;
import io.lacewing.lab.history.Judge;
import io.lacewing.lab.history.Verdict;
import io.lacewing.lab.nodes.LabException;
import io.lacewing.lab.planted.Lie;
import io.lacewing.lab.planted.Meddler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The judge itself is tried: between the clients and a node that is in order there is a proxy that lies. */
final class Planted {
    private static final int RATE = 40;

    private Planted() {}

    static void lies(Stage stage) throws InterruptedException {
        stage.build(1);
        stage.startAlone(stage.nodes().getFirst());
        stage.awaitReady(stage.nodes());
        List<Thread> threads = new ArrayList<>();
        for (Lie lie : chosen(stage.word("lie"))) {
            long seed = stage.random().nextLong();
            threads.add(Thread.ofVirtual().start(() -> judge(stage, lie, seed)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static List<Lie> chosen(String word) {
        List<Lie> lies = Arrays.stream(Lie.values())
                .filter(lie -> word.equals("all") || lie.name().equalsIgnoreCase(word))
                .toList();
        if (lies.isEmpty()) {
            throw new LabException("lie must be all or one of " + Arrays.toString(Lie.values()) + ", not " + word);
        }
        return lies;
    }

    private static void judge(Stage stage, Lie lie, long seed) {
        try {
            tell(stage, lie, seed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stage.complain(Finding.Kind.SCENARIO, "the judge", "was interrupted before it judged of lie " + lie);
        }
    }

    private static void tell(Stage stage, Lie lie, long seed) throws InterruptedException {
        History history = new History(System::nanoTime);
        Verdict verdict;
        try (Meddler meddler = new Meddler(lie, stage.nodes().getFirst().place().mqtt());
                Load load = new Load(
                        history, "lie-" + lie, List.of(meddler.address()), List.of(), Size.of(1, RATE), seed)) {
            stage.run(2);
            for (int i = 0; i < 100 && lie != Lie.NONE && !meddler.hasLied(); i++) {
                stage.run(0.1);
            }
            load.settle();
            verdict = new Judge(history).judge();
        }
        Set<Finding.Kind> found = verdict.findings().stream().map(Finding::kind).collect(Collectors.toSet());
        boolean right = lie.caughtAs() == null ? found.isEmpty() : found.contains(lie.caughtAs());
        String what = "lie " + lie + ": found "
                + verdict.findings().stream().map(Finding::toString).limit(3).toList();
        if (right) {
            stage.say(what);
        } else {
            stage.complain(Finding.Kind.SCENARIO, "the judge", "is wrong of " + what);
        }
    }
}
