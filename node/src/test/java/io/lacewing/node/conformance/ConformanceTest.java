package io.lacewing.node.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.lacewing.conformance.suite.ClientMechanism;
import io.lacewing.conformance.suite.Outcome;
import io.lacewing.conformance.suite.Trial;
import io.lacewing.node.BrokerFixture;
import io.lacewing.node.NoComplaints;
import io.lacewing.node.auth.ChallengeMechanism;
import io.lacewing.node.auth.Mechanism;
import io.lacewing.node.mqtt.NoLeaks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Each case of the conformance suite, in each version: all that can be run against a broker as it is by default pass. The
 * others are about what a broker can't do, and pass against one that can do little, or need a mechanism of enhanced
 * authentication, which the third has.
 */
@ExtendWith({NoComplaints.class, NoLeaks.class})
class ConformanceTest {

    private record Setup(String name, String... settings) {}

    private static final List<Setup> SETUPS = List.of(
            new Setup("as it is by default"),
            new Setup(
                    "that can do little",
                    "mqtt.maximumQos=1",
                    "mqtt.retainAvailable=false",
                    "mqtt.wildcardSubscriptions=false",
                    "mqtt.subscriptionIdentifiers=false",
                    "mqtt.sharedSubscriptions=false",
                    "mqtt.payloadFormatValidation=true",
                    "mqtt.responseInformation=answers/${clientid}",
                    "limits.topicAliasMaximum=0",
                    "limits.maxKeepAlive=5s",
                    "limits.maxSessionExpiry=60s"),
            new Setup("that looks into payloads", "mqtt.payloadFormatValidation=true"));

    /** The client's side of {@link ChallengeMechanism}. */
    private static final class Reverser implements ClientMechanism {

        @Override
        public String method() {
            return ChallengeMechanism.NAME;
        }

        @Override
        public byte[] first() {
            return new byte[0];
        }

        @Override
        public byte[] answer(byte[] challenge) {
            return ChallengeMechanism.reversed(challenge);
        }

        @Override
        public byte[] wrongAnswer(byte[] challenge) {
            byte[] answer = answer(challenge);
            answer[0] ^= 1;
            return answer;
        }
    }

    @TestFactory
    Stream<DynamicNode> eachCase() throws Exception {
        List<Trial> trials = Trials.all();
        List<DynamicNode> nodes = new ArrayList<>();
        Set<Trial> neverPassed = new TreeSet<>(trials);
        for (Setup setup : SETUPS) {
            List<Outcome> outcomes = run(setup, List.copyOf(neverPassed));
            nodes.add(container(setup.name(), outcomes, neverPassed));
        }
        List<Outcome> outcomes = runWithMechanism(List.copyOf(neverPassed));
        nodes.add(container("with enhanced authentication", outcomes, neverPassed));
        nodes.add(
                dynamicTest("each case passes against one of the brokers", () -> assertEquals(Set.of(), neverPassed)));
        return nodes.stream();
    }

    private static DynamicNode container(String name, List<Outcome> outcomes, Set<Trial> neverPassed) {
        for (Outcome outcome : outcomes) {
            if (outcome instanceof Outcome.Passed) {
                neverPassed.remove(outcome.trial());
            }
        }
        return dynamicContainer(name, outcomes.stream().map(Trials::test));
    }

    private static List<Outcome> runWithMechanism(List<Trial> trials) throws Exception {
        Map<String, Mechanism> mechanisms = Map.of(ChallengeMechanism.NAME, new ChallengeMechanism());
        try (BrokerFixture broker = BrokerFixture.start(mechanisms)) {
            return Trials.run(trials, List.of(broker.tcp()), List.of(broker.webSocket()), new Reverser());
        }
    }

    private static List<Outcome> run(Setup setup, List<Trial> trials) throws Exception {
        try (BrokerFixture broker = BrokerFixture.start(setup.settings())) {
            return Trials.run(trials, List.of(broker.tcp()), List.of(broker.webSocket()), null);
        }
    }
}
