package io.lacewing.node.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.lacewing.conformance.cases.AllCases;
import io.lacewing.conformance.suite.ClientMechanism;
import io.lacewing.conformance.suite.Outcome;
import io.lacewing.conformance.suite.Suite;
import io.lacewing.conformance.suite.Target;
import io.lacewing.conformance.suite.Trial;
import io.lacewing.conformance.wire.Version;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.opentest4j.AssertionFailedError;

/** Runs of the conformance suite, and their outcomes as tests. */
public final class Trials {
    private static final int PARALLEL = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Trials() {}

    /** All cases in all versions. */
    public static List<Trial> all() {
        return Suite.trials(AllCases.list(), List.of(Version.values()), List.of());
    }

    /** Runs them against nodes on loopback, strictly; {@code mechanism} for enhanced authentication, null if they have none. */
    public static List<Outcome> run(
            List<Trial> trials, List<Integer> tcp, List<Integer> webSocket, @Nullable ClientMechanism mechanism)
            throws InterruptedException {
        Target target = new Target(addresses(tcp), addresses(webSocket), "/mqtt", null, mechanism, PATIENCE, true);
        return new Suite(target, PARALLEL, "t").run(trials);
    }

    private static List<InetSocketAddress> addresses(List<Integer> ports) {
        return ports.stream()
                .map(port -> new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .toList();
    }

    /** A test that fails where the trial has; one that was skipped is aborted. */
    public static DynamicTest test(Outcome outcome) {
        Trial trial = outcome.trial();
        return dynamicTest(trial + " " + trial.ofCase().statements(trial.version()), () -> {
            switch (outcome) {
                case Outcome.Passed passed -> assertEquals(trial, passed.trial());
                case Outcome.Skipped skipped -> abort(skipped.why());
                case Outcome.Failed failed ->
                    throw new AssertionFailedError(failed.why() + "\n" + String.join("\n", failed.transcript()));
            }
        });
    }
}
