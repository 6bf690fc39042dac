package io.lacewing.conformance.cases;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.suite.Failure;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.PublishPacket;
import io.lacewing.conformance.wire.SubscribePacket;
import java.util.List;

/** RETAIN (3.3.1.3): what is kept for later subscribers, and with which flag messages go out. */
final class RetainCases implements Chapter {

    @Override
    public void addTo(Cases cases) {
        cases.of("retain.kept", "A retained message is sent to a new subscriber, with its QoS and RETAIN")
                .v3("MQTT-3.3.1-5", "MQTT-3.3.1-6", "MQTT-3.3.1-8")
                .v5("MQTT-3.3.1-5", "MQTT-3.3.1-9")
                .run(RetainCases::kept);
        cases.of("retain.last", "Only the last retained message of a topic is sent to a new subscriber")
                .v3("MQTT-3.3.1-5", "MQTT-3.3.1-6")
                .v5("MQTT-3.3.1-5", "MQTT-3.3.1-9")
                .run(RetainCases::last);
        cases.of("retain.qos-0", "A retained message of QoS 0 removes the one before it")
                .v3("MQTT-3.3.1-7")
                .v5("MQTT-3.3.1-5")
                .run(RetainCases::qos0);
        cases.of("retain.each-topic", "A new subscription is sent the retained message of each matching topic")
                .v3("MQTT-3.3.1-6", "MQTT-3.3.2-3")
                .v5("MQTT-3.3.1-9", "MQTT-3.3.2-3")
                .run(RetainCases::eachTopic);
        cases.of("retain.established", "An established subscription gets messages without RETAIN")
                .v3("MQTT-3.3.1-9")
                .v5("MQTT-3.3.1-12")
                .run(RetainCases::established);
        cases.of("retain.as-published", "With Retain As Published the RETAIN flag is that of the publisher")
                .v5("MQTT-3.3.1-13")
                .run(RetainCases::asPublished);
        cases.of("retain.removed", "An empty retained message is delivered, removes, and is not kept")
                .v3("MQTT-3.3.1-10", "MQTT-3.3.1-11")
                .v5("MQTT-3.3.1-6", "MQTT-3.3.1-7")
                .run(RetainCases::removed);
        cases.of("retain.without-flag", "A message without RETAIN is not kept, replaces nothing and removes nothing")
                .v3("MQTT-3.3.1-12")
                .v5("MQTT-3.3.1-8")
                .run(RetainCases::withoutFlag);
        cases.of("retain.handling", "Retained messages come as Retain Handling asks")
                .v5("MQTT-3.3.1-9", "MQTT-3.3.1-10", "MQTT-3.3.1-11")
                .run(RetainCases::handling);
    }

    private static void kept(Bench bench) throws Exception {
        Needs.retain(bench);
        for (int published = 0; published <= Needs.maximumQos(bench); published++) {
            for (int granted = 0; granted <= Needs.maximumQos(bench); granted++) {
                // At QoS 0 a v3 broker may discard it at any time.
                if (published == 0 && !bench.v5()) {
                    continue;
                }
                int from = published;
                int to = granted;
                bench.row("from QoS " + from + " to QoS " + to, () -> {
                    String topic = bench.topic(from + "/" + to);
                    bench.willRetain(topic);
                    Client publisher = bench.connect();
                    publisher.publish(
                            bench.publishPacket(topic, "m").qos(from, 1).retain());
                    barrier(publisher, bench);
                    Client subscriber = bench.connect();
                    subscriber.subscribe(topic, to);
                    Packet came = subscriber.expectPublish("m");
                    if (!came.retain()
                            || came.dup()
                            || came.qos() != Math.min(from, to)
                            || !came.topic().equals(topic)) {
                        throw new Failure("RETAIN, no DUP and QoS " + Math.min(from, to) + " should come, not " + came);
                    }
                    subscriber.expectNothing();
                });
            }
        }
    }

    /** What this client published before at QoS 0 has been taken, as far as a client can tell. */
    private static void barrier(Client client, Bench bench) {
        client.publish(bench.topic("barrier"), "b", Math.min(1, Needs.maximumQos(bench)));
        client.expectNothing();
    }

    private static void last(Bench bench) {
        Needs.retain(bench);
        String topic = bench.topic("t");
        bench.retain(topic, "first");
        bench.retain(topic, "second");
        bench.retain(topic, "third");
        Client subscriber = bench.connect();
        subscriber.subscribe(topic, 1);
        subscriber.expectPublish("third");
        Needs.nothingBefore(bench, subscriber, bench.connect(), topic);
    }

    private static void qos0(Bench bench) {
        Needs.retain(bench);
        String topic = bench.topic("t");
        bench.retain(topic, "first");
        Client publisher = bench.connect();
        publisher.publish(bench.publishPacket(topic, "second").retain());
        barrier(publisher, bench);
        Client subscriber = bench.connect();
        subscriber.subscribe(topic, 1);
        publisher.publish(topic, "live", 0);
        Packet came = subscriber.receive();
        if (came.text().equals("second")) {
            if (!came.retain() || came.qos() != 0) {
                throw new Failure("RETAIN and QoS 0 should come, not " + came);
            }
            came = subscriber.receive();
        } else if (bench.v5()) {
            throw new Failure("the second message should be retained, " + came + " came");
        }
        if (!came.text().equals("live")) {
            throw new Failure("the first message should have been removed, " + came + " came");
        }
    }

    private static void eachTopic(Bench bench) {
        Needs.retain(bench);
        Needs.wildcards(bench);
        for (String end : List.of("a", "b", "b/c", "d/c", "e")) {
            bench.retain(bench.topic(end), end);
        }
        Client all = bench.connect();
        all.subscribe(bench.topic("#"), 1);
        for (Packet came : all.expectPublishes("a", "b", "b/c", "d/c", "e")) {
            if (!came.topic().equals(bench.topic(came.text())) || !came.retain()) {
                throw new Failure("each should come on its topic with RETAIN, not " + came);
            }
        }
        Client some = bench.connect();
        some.subscribe(bench.topic("+/c"), 1);
        some.expectPublishes("b/c", "d/c");
        Needs.nothingBefore(bench, some, bench.connect(), bench.topic("x/c"));
    }

    private static void established(Bench bench) throws Exception {
        Needs.retain(bench);
        for (int qos = 0; qos <= Needs.maximumQos(bench); qos++) {
            int level = qos;
            bench.row("QoS " + qos, () -> {
                String topic = bench.topic("t" + level);
                bench.willRetain(topic);
                Client subscriber = bench.connect();
                subscriber.subscribe(topic, level);
                Client publisher = bench.connect();
                publisher.publish(bench.publishPacket(topic, "m").qos(level, 1).retain());
                publisher.publish(topic, "n", level);
                check(subscriber.expectPublish("m"), false);
                check(subscriber.expectPublish("n"), false);
            });
        }
    }

    private static void check(Packet came, boolean retain) {
        if (came.retain() != retain) {
            throw new Failure("RETAIN should be " + (retain ? 1 : 0) + ", it is " + came);
        }
    }

    private static void asPublished(Bench bench) {
        Needs.retain(bench);
        String topic = bench.topic("t");
        bench.willRetain(topic);
        Client subscriber = bench.connect();
        subscriber.subscribe(topic, 1 | SubscribePacket.RETAIN_AS_PUBLISHED);
        Client without = bench.connect();
        without.subscribe(topic, 1);
        Client publisher = bench.connect();
        publisher.publish(bench.publishPacket(topic, "with").qos(1, 1).retain());
        publisher.publish(bench.publishPacket(topic, "not").qos(1, 2));
        publisher.publish(bench.publishPacket(topic, "").qos(1, 3).retain());
        check(subscriber.expectPublish("with"), true);
        check(subscriber.expectPublish("not"), false);
        check(subscriber.expectPublish(""), true);
        check(without.expectPublish("with"), false);
        check(without.expectPublish("not"), false);
        check(without.expectPublish(""), false);
    }

    private static void removed(Bench bench) throws Exception {
        Needs.retain(bench);
        for (int qos = 0; qos <= Needs.maximumQos(bench); qos++) {
            int level = qos;
            bench.row("QoS " + qos, () -> {
                String topic = bench.topic("t" + level);
                bench.retain(topic, "m");
                Client subscriber = bench.connect();
                subscriber.subscribe(topic, level);
                check(subscriber.expectPublish("m"), true);
                Client publisher = bench.connect();
                publisher.publish(bench.publishPacket(topic, "").qos(level, 1).retain());
                check(subscriber.expectPublish(""), false);
                barrier(publisher, bench);
                Client later = bench.connect();
                later.subscribe(topic, level);
                Needs.nothingBefore(bench, later, publisher, topic);
            });
        }
    }

    private static void withoutFlag(Bench bench) throws Exception {
        Needs.retain(bench);
        bench.row("where nothing is retained", () -> {
            String topic = bench.topic("none");
            Client publisher = bench.connect();
            publisher.publish(topic, "m", 1);
            Client subscriber = bench.connect();
            subscriber.subscribe(topic, 1);
            Needs.nothingBefore(bench, subscriber, publisher, topic);
        });
        for (String payload : List.of("n", "")) {
            bench.row("'" + payload + "' where a message is retained", () -> {
                String topic = bench.topic("one" + payload);
                bench.retain(topic, "m");
                Client publisher = bench.connect();
                publisher.publish(topic, payload, 1);
                Client subscriber = bench.connect();
                subscriber.subscribe(topic, 1);
                check(subscriber.expectPublish("m"), true);
                Needs.nothingBefore(bench, subscriber, publisher, topic);
            });
        }
    }

    private static void handling(Bench bench) throws Exception {
        Needs.retain(bench);
        String topic = bench.topic("t");
        bench.retain(new PublishPacket(bench.version(), topic, "m"));
        Client publisher = bench.connect();
        bench.row("0: each time", () -> {
            Client subscriber = bench.connect();
            for (int i = 0; i < 2; i++) {
                subscriber.subscribe(topic, 1);
                check(subscriber.expectPublish("m"), true);
            }
            Needs.nothingBefore(bench, subscriber, publisher, topic);
        });
        bench.row("1: only if it is new", () -> {
            Client subscriber = bench.connect();
            subscriber.subscribe(topic, 1 | SubscribePacket.RETAINED_IF_NEW);
            check(subscriber.expectPublish("m"), true);
            subscriber.subscribe(topic, SubscribePacket.RETAINED_IF_NEW);
            Needs.nothingBefore(bench, subscriber, publisher, topic);
            subscriber.unsubscribe(topic);
            subscriber.subscribe(topic, 1 | SubscribePacket.RETAINED_IF_NEW);
            check(subscriber.expectPublish("m"), true);
        });
        bench.row("2: never", () -> {
            Client subscriber = bench.connect();
            subscriber.subscribe(topic, 1 | SubscribePacket.RETAINED_NEVER);
            subscriber.subscribe(topic, 1 | SubscribePacket.RETAINED_NEVER);
            Needs.nothingBefore(bench, subscriber, publisher, topic);
        });
    }
}
