package io.lacewing.conformance.cases;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Client;

/** What a case needs that a v5 broker may lack, and what many cases do. */
final class Needs {
    private Needs() {}

    /** The highest QoS that the broker takes, 2 at most. */
    static int maximumQos(Bench bench) {
        return bench.capabilities().maximumQos();
    }

    static void qos(Bench bench, int level) {
        bench.skipUnless(maximumQos(bench) >= level, "the broker has no QoS " + level);
    }

    static void retain(Bench bench) {
        bench.skipUnless(bench.capabilities().retain(), "the broker has no retained messages");
    }

    static void wildcards(Bench bench) {
        bench.skipUnless(bench.capabilities().wildcards(), "the broker has no wildcard subscriptions");
    }

    static void identifiers(Bench bench) {
        bench.skipUnless(bench.capabilities().subscriptionIdentifiers(), "the broker has no subscription identifiers");
    }

    /** The next PUBLISH that the subscriber gets is one that is published only now. */
    static void nothingBefore(Bench bench, Client subscriber, Client publisher, String topic) {
        publisher.publish(topic, "marker", Math.min(1, maximumQos(bench)));
        subscriber.expectPublish("marker");
    }
}
