package io.lacewing.conformance.cases;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.suite.Failure;
import io.lacewing.conformance.wire.ConnectPacket;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Property;
import io.lacewing.conformance.wire.SubscribePacket;
import java.util.ArrayList;
import java.util.List;

/** Subscription identifiers in PUBLISH packets (3.3.2.3.8, 3.3.4). */
final class OverlapCases implements Chapter {
    private static final int LARGEST = 268_435_455;

    @Override
    public void addTo(Cases cases) {
        cases.of("overlap.identifiers", "A message has the identifiers of the subscriptions that it matches")
                .v5("MQTT-3.3.4-3", "MQTT-3.3.4-4", "MQTT-3.3.4-5")
                .run(OverlapCases::identifiers);
        cases.of("overlap.same-identifier", "Overlapping subscriptions may have the same identifier")
                .v5("MQTT-3.3.4-3", "MQTT-3.3.4-4", "MQTT-3.3.4-5")
                .run(OverlapCases::sameIdentifier);
        cases.of("overlap.any-identifier", "Identifiers of one to four bytes come back, on retained messages too")
                .v5("MQTT-3.3.4-3")
                .run(OverlapCases::anyIdentifier);
        cases.of("overlap.identifier-of-session", "A session keeps its identifiers while its client is away")
                .v5("MQTT-3.3.4-3", "MQTT-3.3.4-4", "MQTT-3.3.4-5")
                .run(OverlapCases::ofSession);
        cases.of("publish.with-identifier", "A client that publishes with a Subscription Identifier is thrown out")
                .v5("MQTT-3.3.4-6")
                .run(OverlapCases::fromClient);
    }

    private static void subscribe(Bench bench, Client client, String filter, int qos, int identifier) {
        SubscribePacket packet = new SubscribePacket(bench.version(), client.nextPacketId()).filter(filter, qos);
        client.subscribe(identifier == 0 ? packet : packet.identifier(identifier));
    }

    /** The identifiers in each copy of "m", which is followed by "marker". */
    private static List<List<Long>> copies(Client subscriber) {
        List<List<Long>> copies = new ArrayList<>();
        for (Packet came = subscriber.expect(PacketType.PUBLISH);
                came.text().equals("m");
                came = subscriber.expect(PacketType.PUBLISH)) {
            copies.add(came.subscriptionIdentifiers());
        }
        return copies;
    }

    /**
     * Either one copy came, with all identifiers, or one for each subscription, with its own.
     *
     * @param all the identifiers of the matching subscriptions, ascending
     * @param without how many matching subscriptions have none
     */
    private static void check(List<List<Long>> copies, List<Long> all, int without) {
        boolean once = copies.size() == 1 && copies.getFirst().equals(all);
        List<Long> each = copies.stream().flatMap(List::stream).sorted().toList();
        boolean oneEach = copies.size() == all.size() + without
                && copies.stream().allMatch(copy -> copy.size() <= 1)
                && each.equals(all);
        if (!once && !oneEach) {
            throw new Failure("identifiers " + all + " should come, in one copy or each in its own, not " + copies);
        }
    }

    private static void identifiers(Bench bench) throws Exception {
        Needs.identifiers(bench);
        Needs.wildcards(bench);
        Client subscriber = bench.connect();
        int most = Needs.maximumQos(bench);
        subscribe(bench, subscriber, bench.topic("a/b"), most, 3);
        subscribe(bench, subscriber, bench.topic("a/+"), 0, 1);
        subscribe(bench, subscriber, bench.topic("#"), Math.min(1, most), 2);
        subscribe(bench, subscriber, bench.topic("+/b"), 0, 0);
        subscribe(bench, subscriber, bench.topic("c"), 0, 4);
        Client publisher = bench.connect();
        for (int qos = 0; qos <= most; qos++) {
            int level = qos;
            bench.row("three and one without, QoS " + qos, () -> {
                publisher.publish(bench.topic("a/b"), "m", level);
                publisher.publish(bench.topic("x"), "marker", level);
                check(copies(subscriber), List.of(1L, 2L, 3L), 1);
            });
        }
        bench.row("one and one without", () -> {
            publisher.publish(bench.topic("d/b"), "m", 0);
            publisher.publish(bench.topic("x"), "marker", 0);
            check(copies(subscriber), List.of(2L), 1);
        });
        subscriber.unsubscribe(bench.topic("#"));
        subscribe(bench, subscriber, bench.topic("a/+"), 0, 9);
        subscribe(bench, subscriber, bench.topic("a/b"), 0, 0);
        bench.row("after one was replaced, one lost its identifier, one ended", () -> {
            publisher.publish(bench.topic("a/b"), "m", 0);
            publisher.publish(bench.topic("c"), "marker", 0);
            check(copies(subscriber), List.of(9L), 2);
        });
    }

    private static void sameIdentifier(Bench bench) {
        Needs.identifiers(bench);
        Needs.wildcards(bench);
        Client subscriber = bench.connect();
        subscribe(bench, subscriber, bench.topic("a/b"), 0, 7);
        subscribe(bench, subscriber, bench.topic("a/+"), 0, 7);
        subscribe(bench, subscriber, bench.topic("x"), 0, 7);
        Client publisher = bench.connect();
        publisher.publish(bench.topic("a/b"), "m", 0);
        publisher.publish(bench.topic("x"), "marker", 0);
        check(copies(subscriber), List.of(7L, 7L), 0);
    }

    private static void anyIdentifier(Bench bench) throws Exception {
        Needs.identifiers(bench);
        Client publisher = bench.connect();
        for (int identifier : List.of(1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, LARGEST)) {
            bench.row(String.valueOf(identifier), () -> {
                String topic = bench.topic("t" + identifier);
                Client other = bench.connect();
                other.subscribe(topic, 0);
                Client subscriber = bench.connect();
                if (bench.capabilities().retain()) {
                    bench.retain(topic, "retained");
                    other.expectPublish("retained");
                }
                subscribe(bench, subscriber, topic, 0, identifier);
                if (bench.capabilities().retain()) {
                    has(subscriber.expectPublish("retained"), identifier);
                }
                publisher.publish(topic, "live", 0);
                has(subscriber.expectPublish("live"), identifier);
                Packet without = other.expectPublish("live");
                if (without.has(Property.SUBSCRIPTION_IDENTIFIER)) {
                    throw new Failure("another client's identifier came: " + without);
                }
            });
        }
    }

    private static void has(Packet came, int identifier) {
        if (!came.subscriptionIdentifiers().equals(List.of((long) identifier))) {
            throw new Failure("identifier " + identifier + " should come, not " + came);
        }
    }

    private static void ofSession(Bench bench) {
        Needs.identifiers(bench);
        Needs.wildcards(bench);
        Needs.qos(bench, 1);
        ConnectPacket session = bench.connectPacket().persistent(60);
        Client before = bench.connect(session);
        subscribe(bench, before, bench.topic("a/b"), 1, LARGEST);
        subscribe(bench, before, bench.topic("a/+"), 1, 5);
        subscribe(bench, before, bench.topic("x"), 1, 6);
        before.disconnect();
        Client publisher = bench.connect();
        publisher.publish(bench.topic("a/b"), "m", 1);
        publisher.publish(bench.topic("x"), "marker", 1);
        Client after = bench.connect(session);
        check(copies(after), List.of(5L, (long) LARGEST), 0);
        publisher.publish(bench.topic("a/b"), "m", 1);
        publisher.publish(bench.topic("x"), "marker", 1);
        check(copies(after), List.of(5L, (long) LARGEST), 0);
        after.close();
        bench.connect(bench.connectPacket(session.clientId())).disconnect();
    }

    private static void fromClient(Bench bench) throws Exception {
        for (int identifier : List.of(0, 1, LARGEST)) {
            bench.row(String.valueOf(identifier), () -> {
                Client client = bench.connect();
                client.send(bench.publishPacket(bench.topic("t"), "m")
                        .with(Property.SUBSCRIPTION_IDENTIFIER, identifier)
                        .toArray());
                client.expectThrownOut(0x82, 0x81);
            });
        }
    }
}
