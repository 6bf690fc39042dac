package io.lacewing.conformance.suite;

import io.lacewing.conformance.wire.Version;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** Runs trials against a broker, many at a time, as most of them wait for most of their time. */
public final class Suite {
    private final Target target;
    private final int parallel;
    private final String run;

    /**
     * Makes a suite for one run.
     *
     * @param parallel how many trials run at a time
     * @param run what the topics and client ids of this run begin with: letters and digits, 8 at most, that no other run
     *     against the broker uses at the time
     */
    public Suite(Target target, int parallel, String run) {
        this.target = target;
        this.parallel = parallel;
        this.run = run;
    }

    /** The trials of cases in these versions; {@code only}, if not empty, names cases or statements. */
    public static List<Trial> trials(List<Case> cases, List<Version> versions, List<String> only) {
        List<Trial> trials = new ArrayList<>();
        for (Case each : cases) {
            for (Version version : versions) {
                List<String> statements = each.statements(version);
                boolean wanted = only.isEmpty()
                        || only.contains(each.name())
                        || statements.stream().anyMatch(only::contains);
                if (wanted && !statements.isEmpty()) {
                    trials.add(new Trial(each, version));
                }
            }
        }
        return trials;
    }

    /**
     * Runs the trials and waits for them.
     *
     * @return how each ended, in the order of {@code trials}
     * @throws Failure if the broker can't even be asked what it can do
     */
    public List<Outcome> run(List<Trial> trials) throws InterruptedException {
        Map<Version, Capabilities> capabilities = new EnumMap<>(Version.class);
        for (Version version : Version.values()) {
            if (trials.stream().anyMatch(trial -> trial.version() == version)) {
                capabilities.put(version, Bench.ask(target, version, run + "ask"));
            }
        }
        Semaphore places = new Semaphore(parallel);
        List<Callable<Outcome>> tasks = new ArrayList<>();
        for (int i = 0; i < trials.size(); i++) {
            Trial trial = trials.get(i);
            int number = i;
            Capabilities ofBroker = capabilities.getOrDefault(trial.version(), Capabilities.ALL);
            tasks.add(() -> {
                places.acquire();
                try {
                    return run(trial, new Bench(target, trial.version(), ofBroker, run + "t" + number, number));
                } finally {
                    places.release();
                }
            });
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Outcome> outcomes = new ArrayList<>();
            for (Future<Outcome> ended : threads.invokeAll(tasks)) {
                outcomes.add(ended.get());
            }
            return outcomes;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the suite itself failed", e.getCause());
        }
    }

    /** Runs one trial on the calling thread, and closes its bench. */
    static Outcome run(Trial trial, Bench bench) {
        Outcome outcome = body(trial, bench);
        try {
            bench.close();
        } catch (Failure | UncheckedIOException e) {
            if (outcome instanceof Outcome.Passed) {
                return new Outcome.Failed(trial, "when it was cleared up: " + e.getMessage(), bench.transcript());
            }
        }
        return outcome;
    }

    private static Outcome body(Trial trial, Bench bench) {
        try {
            trial.ofCase().body().run(bench);
            String failed = bench.failedRows();
            return failed == null ? new Outcome.Passed(trial) : new Outcome.Failed(trial, failed, bench.transcript());
        } catch (Skip e) {
            String why = e.getMessage() == null ? "" : e.getMessage();
            return new Outcome.Skipped(trial, why);
        } catch (Failure e) {
            return new Outcome.Failed(trial, String.valueOf(e.getMessage()), bench.transcript());
        } catch (Exception e) {
            return new Outcome.Failed(trial, e.toString(), bench.transcript());
        }
    }
}
