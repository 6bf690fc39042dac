package io.lacewing.conformance.suite;

import io.lacewing.conformance.suite.Outcome.Failed;
import io.lacewing.conformance.suite.Outcome.Passed;
import io.lacewing.conformance.suite.Outcome.Skipped;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a run says to people, and whether it is good.
 *
 * @param outcomes of all trials of the run
 * @param known trials that are expected to fail, as "connect.second 5.0"; the run is good if just these fail. One that
 *     begins with "? " may pass as well
 */
public record Report(List<Outcome> outcomes, Set<String> known) {

    /** Trials that failed and should not have. */
    public List<Failed> unexpected() {
        return failed().stream().filter(failed -> !isKnown(failed.trial())).toList();
    }

    private boolean isKnown(Trial trial) {
        return known.contains(trial.toString()) || known.contains("? " + trial);
    }

    /** Trials that are known to fail and passed. */
    public Set<String> passedThoughKnown() {
        Set<String> found = new TreeSet<>();
        for (Outcome outcome : outcomes) {
            if (outcome instanceof Passed && known.contains(outcome.trial().toString())) {
                found.add(outcome.trial().toString());
            }
        }
        return found;
    }

    /** True if all trials ended as expected. */
    public boolean isGood() {
        return unexpected().isEmpty() && passedThoughKnown().isEmpty();
    }

    private List<Failed> failed() {
        return outcomes.stream()
                .filter(Failed.class::isInstance)
                .map(Failed.class::cast)
                .toList();
    }

    /** Writes what failed, with what went over the wire, what was skipped, and the sum. */
    public void print(PrintWriter out, Duration took) {
        for (Outcome outcome : outcomes) {
            if (outcome instanceof Failed failed) {
                boolean isKnown = isKnown(failed.trial());
                out.println((isKnown ? "known    " : "FAILED   ") + line(failed.trial()));
                out.println("         " + failed.why());
                if (!isKnown) {
                    failed.transcript().forEach(line -> out.println("         " + line));
                }
            }
        }
        outcomes.stream()
                .filter(Skipped.class::isInstance)
                .map(Skipped.class::cast)
                .collect(Collectors.groupingBy(Skipped::why, Collectors.counting()))
                .forEach((why, count) -> out.println("skipped  " + count + ": " + why));
        passedThoughKnown().forEach(trial -> out.println("PASSED   " + trial + ", though it is known to fail"));
        long passed = outcomes.stream().filter(Passed.class::isInstance).count();
        int failures = failed().size();
        out.printf(
                "%d trials: %d passed, %d failed%s, %d skipped, in %.1f s%n",
                outcomes.size(),
                passed,
                failures,
                known.isEmpty() ? "" : " (" + (failures - unexpected().size()) + " of them known)",
                outcomes.size() - passed - failures,
                took.toMillis() / 1000.0);
        out.flush();
    }

    private static String line(Trial trial) {
        return trial + " " + trial.ofCase().statements(trial.version()) + ": "
                + trial.ofCase().title();
    }
}
