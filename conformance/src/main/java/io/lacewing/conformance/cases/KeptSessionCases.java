package io.lacewing.conformance.cases;

import static io.lacewing.conformance.cases.Subscriber.check;
import static io.lacewing.conformance.wire.SubscribePacket.RETAINED_IF_NEW;
import static io.lacewing.conformance.wire.SubscribePacket.RETAINED_NEVER;
import static io.lacewing.conformance.wire.SubscribePacket.RETAIN_AS_PUBLISHED;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.suite.Failure;
import io.lacewing.conformance.wire.ConnectPacket;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.SubscribePacket;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * What messages look like in a session that outlives its connection. The standards tell no difference, but brokers keep such
 * sessions in another place than those that end with their connection, which most other cases use: what holds for one kind
 * is not proven for the other.
 */
final class KeptSessionCases implements Chapter {

    @Override
    public void addTo(Cases cases) {
        cases.of("kept.retain-flag", "A kept session gets live messages without RETAIN, unless it is asked for")
                .v3("MQTT-3.3.1-9")
                .v5("MQTT-3.3.1-12", "MQTT-3.3.1-13")
                .run(KeptSessionCases::retainFlag);
        cases.of("kept.retained", "A kept session is sent retained messages with RETAIN, at the lower QoS")
                .v3("MQTT-3.3.1-6", "MQTT-3.3.1-8", "MQTT-3.8.4-6")
                .v5("MQTT-3.3.1-9", "MQTT-3.8.4-8")
                .run(KeptSessionCases::retained);
        cases.of(
                        "kept.retain-handling",
                        "A kept session's subscriptions bring retained messages as Retain Handling asks")
                .v5("MQTT-3.3.1-9", "MQTT-3.3.1-10", "MQTT-3.3.1-11")
                .run(KeptSessionCases::retainHandling);
        cases.of("kept.minimum-qos", "A kept session gets a message at its own QoS or the subscription's, if lower")
                .v3("MQTT-3.8.4-6")
                .v5("MQTT-3.8.4-8")
                .run(KeptSessionCases::minimumQos);
        cases.of("kept.overlap", "A kept session gets a message at the highest QoS of its matching subscriptions")
                .v3("MQTT-3.3.5-1")
                .v5("MQTT-3.3.4-2")
                .run(KeptSessionCases::overlap);
        cases.of("kept.identifiers", "A kept session gets the identifiers, on retained and shared messages too")
                .v5("MQTT-3.3.4-3", "MQTT-3.3.4-4", "MQTT-3.3.4-5")
                .run(KeptSessionCases::identifiers);
        cases.of("kept.shared-qos", "A kept member of a share group gets a message at the lower QoS")
                .v5("MQTT-4.8.2-3")
                .run(SharedCases.shared(KeptSessionCases::sharedQos));
    }

    private static ConnectPacket session(Bench bench) {
        return bench.connectPacket().persistent(60);
    }

    private static int[] levels(Bench bench) {
        return IntStream.rangeClosed(0, Needs.maximumQos(bench)).toArray();
    }

    private static void retainFlag(Bench bench) throws Exception {
        Needs.retain(bench);
        for (int options : bench.v5() ? new int[] {0, RETAIN_AS_PUBLISHED} : new int[] {0}) {
            bench.row("options " + options, () -> {
                String topic = bench.topic("t" + options);
                bench.willRetain(topic);
                ConnectPacket session = session(bench);
                Subscriber subscriber = new Subscriber(bench, bench.connect(session))
                        .subscribe(topic, options | Needs.maximumQos(bench));
                Client publisher = bench.connect();
                for (int qos : levels(bench)) {
                    publishBoth(bench, publisher, topic, qos);
                    flags(subscriber, options != 0);
                }
                subscriber.client().drop();
                if (Needs.maximumQos(bench) > 0) {
                    publishBoth(bench, publisher, topic, 1);
                    flags(new Subscriber(bench, Sessions.back(bench, session, true)), options != 0);
                }
                Sessions.end(bench, session);
            });
        }
    }

    private static void publishBoth(Bench bench, Client publisher, String topic, int qos) {
        publisher.publish(bench.publishPacket(topic, "retain").qos(qos, 5).retain());
        publisher.publish(bench.publishPacket(topic, "plain").qos(qos, 6));
        publisher.publish(bench.publishPacket(topic, "end").qos(qos, 7));
    }

    private static void flags(Subscriber subscriber, boolean asPublished) {
        List<Packet> got = subscriber.until("end");
        check(List.of("plain", "retain"), Subscriber.texts(got), "what came");
        for (Packet packet : got) {
            check(asPublished && packet.text().equals("retain"), packet.retain(), "RETAIN of " + packet.text());
        }
    }

    private static void retained(Bench bench) throws Exception {
        Needs.retain(bench);
        for (int published : levels(bench)) {
            // At QoS 0 a v3 broker may discard it at any time.
            if (published == 0 && !bench.v5()) {
                continue;
            }
            String topic = bench.topic("q" + published);
            bench.willRetain(topic);
            Client publisher = bench.connect();
            publisher.publish(
                    bench.publishPacket(topic, "retained").qos(published, 7).retain());
            // What was published before it at QoS 0 has been taken.
            publisher.publish(bench.topic("barrier"), "b", Math.min(1, Needs.maximumQos(bench)));
            for (int granted : levels(bench)) {
                bench.row("from QoS " + published + " to QoS " + granted, () -> {
                    ConnectPacket session = session(bench);
                    Client client = bench.connect(session);
                    client.subscribe(topic, granted);
                    Packet got = client.expectPublish("retained");
                    check(true, got.retain(), "RETAIN");
                    check(Math.min(published, granted), got.qos(), "the QoS");
                    client.drop();
                    Sessions.end(bench, session);
                });
            }
        }
    }

    private static void retainHandling(Bench bench) throws Exception {
        Needs.retain(bench);
        String topic = bench.topic("rh");
        bench.retain(topic, "retained");
        String end = bench.topic("end");
        bench.retain(end, "end");
        record Handling(int options, boolean first, boolean again) {}
        for (Handling handling : List.of(
                new Handling(0, true, true),
                new Handling(RETAINED_IF_NEW, true, false),
                new Handling(RETAINED_NEVER, false, false))) {
            bench.row("options " + handling.options(), () -> {
                ConnectPacket session = session(bench);
                Client client = bench.connect(session);
                brings(bench, client, topic, handling.options(), handling.first());
                brings(bench, client, topic, handling.options(), handling.again());
                client.disconnect();
                Client back = Sessions.back(bench, session, true);
                brings(bench, back, topic, handling.options(), handling.again());
                new Subscriber(bench, back).unsubscribe(topic);
                brings(bench, back, topic, handling.options(), handling.first());
                back.disconnect();
                Sessions.end(bench, session);
            });
        }
    }

    private static void brings(Bench bench, Client client, String topic, int options, boolean message) {
        Subscriber subscriber = new Subscriber(bench, client).subscribe(topic, options);
        subscriber.subscribe(bench.topic("end"), 0);
        check(message ? List.of("retained") : List.of(), subscriber.textsUntil("end"), "what a subscription brought");
    }

    private static void minimumQos(Bench bench) throws Exception {
        Client publisher = bench.connect();
        for (int granted : levels(bench)) {
            bench.row("granted " + granted, () -> {
                String topic = bench.topic("q" + granted);
                ConnectPacket session = session(bench);
                Subscriber subscriber = new Subscriber(bench, bench.connect(session)).subscribe(topic, granted);
                for (int qos : levels(bench)) {
                    publisher.publish(bench.publishPacket(topic, "m").qos(qos, 7));
                    publisher.publish(bench.publishPacket(topic, "end").qos(qos, 8));
                    List<Packet> got = subscriber.until("end");
                    check(List.of("m"), Subscriber.texts(got), "what came");
                    check(Math.min(qos, granted), got.getFirst().qos(), "the QoS of what was published at " + qos);
                }
                subscriber.client().drop();
                Sessions.end(bench, session);
            });
        }
    }

    /** Brokers may send one copy for each subscription: one must be of the highest QoS. */
    private static void overlap(Bench bench) throws Exception {
        Needs.wildcards(bench);
        Needs.qos(bench, 1);
        int high = Needs.maximumQos(bench);
        for (boolean highFirst : new boolean[] {true, false}) {
            bench.row(highFirst ? "the higher first" : "the lower first", () -> {
                String topic = bench.topic(highFirst + "/t");
                ConnectPacket session = session(bench);
                Subscriber subscriber = new Subscriber(bench, bench.connect(session))
                        .subscribe(topic, highFirst ? high : 0)
                        .subscribe(bench.topic(highFirst + "/+"), highFirst ? 0 : high)
                        .subscribe(bench.topic(highFirst + "/#"), 0)
                        .subscribe(bench.topic("end"), 1);
                Client publisher = bench.connect();
                publisher.publish(topic, "m", high);
                publisher.publish(bench.topic("end"), "end", 1);
                List<Packet> got = subscriber.until("end");
                if (got.stream().noneMatch(packet -> packet.qos() == high)) {
                    throw new Failure("a copy at QoS " + high + " should come, " + got + " came");
                }
                subscriber.client().drop();
                Sessions.end(bench, session);
            });
        }
    }

    private static void identifiers(Bench bench) throws Exception {
        Needs.identifiers(bench);
        for (int qos : levels(bench)) {
            bench.row("QoS " + qos, () -> {
                String topic = bench.topic("t" + qos);
                ConnectPacket session = session(bench);
                Client client = bench.connect(session);
                Client publisher = bench.connect();
                if (bench.capabilities().retain()) {
                    bench.retain(topic, "retained");
                    subscribe(bench, client, topic, qos, 300);
                    has(client, "retained", 300);
                }
                subscribe(bench, client, topic, qos, 301);
                if (bench.capabilities().retain()) {
                    has(client, "retained", 301);
                }
                publisher.publish(bench.publishPacket(topic, "live").qos(qos, 7));
                has(client, "live", 301);
                subscribe(bench, client, topic, qos | RETAINED_NEVER, 0);
                publisher.publish(bench.publishPacket(topic, "without").qos(qos, 8));
                has(client, "without");
                if (bench.capabilities().sharedSubscriptions()) {
                    subscribe(bench, client, SharedCases.filter(bench, "g" + qos, "s" + qos), qos, 302);
                    publisher.publish(bench.publishPacket(bench.topic("s" + qos), "shared")
                            .qos(qos, 9));
                    has(client, "shared", 302);
                }
                client.disconnect();
                Sessions.end(bench, session);
            });
        }
    }

    private static void subscribe(Bench bench, Client client, String filter, int options, int identifier) {
        SubscribePacket packet = new SubscribePacket(bench.version(), client.nextPacketId()).filter(filter, options);
        client.subscribe(identifier == 0 ? packet : packet.identifier(identifier));
    }

    private static void has(Client client, String payload, long... identifiers) {
        Packet came = client.expectPublish(payload);
        check(
                LongStream.of(identifiers).boxed().toList(),
                came.subscriptionIdentifiers(),
                "the identifiers of " + came);
        client.acknowledge(came);
    }

    private static void sharedQos(Bench bench) throws Exception {
        for (int granted : levels(bench)) {
            bench.row("granted " + granted, () -> {
                ConnectPacket session = session(bench);
                Subscriber member = new Subscriber(bench, bench.connect(session))
                        .subscribe(SharedCases.filter(bench, "g" + granted, "t" + granted), granted);
                Client publisher = bench.connect();
                for (int qos : levels(bench)) {
                    publisher.publish(bench.publishPacket(bench.topic("t" + granted), "m" + qos)
                            .qos(qos, 7));
                    Packet got = member.client().expectPublish("m" + qos);
                    check(Math.min(qos, granted), got.qos(), "the QoS of what was published at " + qos);
                    member.client().acknowledge(got);
                }
                member.client().drop();
                Sessions.end(bench, session);
            });
        }
    }
}
