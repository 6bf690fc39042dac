package io.lacewing.node.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.lacewing.conformance.cases.AllCases;
import io.lacewing.conformance.suite.Outcome;
import io.lacewing.conformance.suite.Suite;
import io.lacewing.conformance.suite.Target;
import io.lacewing.conformance.suite.Trial;
import io.lacewing.conformance.wire.Version;
import io.lacewing.node.BrokerFixture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.AssertionFailedError;

/**
 * Each case of the conformance suite, in each version: none fails against any broker here, and each passes against one. Some
 * are about what a broker can't do, so there is one that can do little.
 */
class ConformanceTest {
    private static final int PARALLEL = 64;

    private record Setup(String name, String... settings) {}

    private static final List<Setup> SETUPS = List.of(new Setup("by default"));

    @TestFactory
    Stream<DynamicNode> eachCase() throws Exception {
        List<Trial> trials = Suite.trials(AllCases.list(), List.of(Version.values()), List.of());
        List<DynamicNode> nodes = new ArrayList<>();
        Set<Trial> passed = new TreeSet<>();
        for (Setup setup : SETUPS) {
            List<Outcome> outcomes = run(setup, trials);
            outcomes.stream()
                    .filter(Outcome.Passed.class::isInstance)
                    .map(Outcome::trial)
                    .forEach(passed::add);
            nodes.add(dynamicContainer(setup.name(), outcomes.stream().map(ConformanceTest::test)));
        }
        Set<Trial> never =
                trials.stream().filter(trial -> !passed.contains(trial)).collect(Collectors.toCollection(TreeSet::new));
        nodes.add(dynamicTest("each case passes against one of the brokers", () -> assertEquals(Set.of(), never)));
        return nodes.stream();
    }

    private static List<Outcome> run(Setup setup, List<Trial> trials) throws Exception {
        try (BrokerFixture broker = BrokerFixture.start(setup.settings())) {
            Target target = new Target(
                    List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), broker.tcp())),
                    List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), broker.webSocket())),
                    "/mqtt",
                    null,
                    null,
                    Duration.ofSeconds(20),
                    true);
            return new Suite(target, PARALLEL, "t").run(trials);
        }
    }

    private static DynamicNode test(Outcome outcome) {
        String name = outcome.trial() + " "
                + outcome.trial().ofCase().statements(outcome.trial().version());
        return dynamicTest(name, () -> {
            switch (outcome) {
                case Outcome.Passed passed -> assertEquals(outcome.trial(), passed.trial());
                case Outcome.Skipped skipped -> abort(skipped.why());
                case Outcome.Failed failed ->
                    throw new AssertionFailedError(failed.why() + "\n" + String.join("\n", failed.transcript()));
            }
        });
    }
}
