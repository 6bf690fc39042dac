package io.lacewing.conformance.cases;

import static io.lacewing.conformance.cases.Subscriber.check;
import static io.lacewing.conformance.cases.Subscriber.texts;
import static io.lacewing.conformance.wire.SubscribePacket.NO_LOCAL;
import static io.lacewing.conformance.wire.SubscribePacket.RETAINED_IF_NEW;
import static io.lacewing.conformance.wire.SubscribePacket.RETAINED_NEVER;
import static io.lacewing.conformance.wire.SubscribePacket.RETAIN_AS_PUBLISHED;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.suite.Failure;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.SubscribePacket;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** What a subscription does (3.8.3.1, 3.8.4): its QoS, its options, and how another one takes its place. */
final class SubscriptionCases implements Chapter {

    @Override
    public void addTo(Cases cases) {
        qos(cases);
        noLocal(cases);
        retain(cases);
        replaced(cases);
    }

    private static void qos(Cases cases) {
        cases.of("subscription.minimum-qos", "A message comes at its own QoS or that of the subscription, if lower")
                .v3("MQTT-3.8.4-6")
                .v5("MQTT-3.8.4-8")
                .run(bench -> {
                    Client publisher = bench.connect();
                    int maximum = bench.capabilities().maximumQos();
                    for (int granted = 0; granted <= maximum; granted++) {
                        String topic = bench.topic("q" + granted);
                        Subscriber subscriber = Subscriber.connect(bench).subscribe(topic, granted);
                        for (int qos = 0; qos <= maximum; qos++) {
                            String payload = granted + " " + qos;
                            publisher.publish(topic, payload, qos);
                            publisher.publish(topic, "end " + payload, qos);
                            List<Packet> got = subscriber.until("end " + payload);
                            check(List.of(payload), texts(got), "what came");
                            check(Math.min(qos, granted), got.getFirst().qos(), "the QoS of " + payload);
                        }
                    }
                });
    }

    private static void noLocal(Cases cases) {
        cases.of("subscription.no-local", "With No Local a client does not get what it published, others do")
                .v5("MQTT-3.8.3-3")
                .run(bench -> {
                    String topic = bench.topic("local");
                    Subscriber self = Subscriber.connect(bench).subscribe(topic, 1 | NO_LOCAL);
                    Subscriber other = Subscriber.connect(bench).subscribe(topic, 1 | NO_LOCAL);
                    int maximum = bench.capabilities().maximumQos();
                    for (int qos = 0; qos <= maximum; qos++) {
                        self.publish(topic, "own " + qos, qos);
                    }
                    other.publish(topic, "other's", 1);
                    check(List.of(), self.textsUntil("other's"), "what came of its own");
                    self.publish(topic, "end", 1);
                    List<String> expected = IntStream.rangeClosed(0, maximum)
                            .mapToObj(qos -> "own " + qos)
                            .toList();
                    check(expected, other.textsUntil("end"), "what came to the other");
                });
        cases.of("subscription.no-local-off", "Without No Local a client gets what it published")
                .v3("MQTT-4.5.0-1")
                .v5("MQTT-3.8.3-3", "MQTT-4.5.0-1")
                .run(bench -> {
                    Subscriber self = Subscriber.connect(bench).subscribe(bench.topic("local"), 0);
                    self.publish(bench.topic("local"), "own", 0);
                    self.until("own");
                });
        cases.of("subscription.no-local-of-another-connection", "No Local goes by the client id, not by the connection")
                .v5("MQTT-3.8.3-3")
                .run(bench -> {
                    String topic = bench.topic("local");
                    String id = bench.clientId();
                    Client first = bench.connect(bench.connectPacket(id).persistent(30));
                    new Subscriber(bench, first).subscribe(topic, 1 | NO_LOCAL);
                    // Its next connection publishes; the subscription is of the one before.
                    Client second = bench.connect(bench.connectPacket(id).persistent(30));
                    second.publish(topic, "own", 1);
                    bench.connect().publish(topic, "other's", 1);
                    Subscriber self = new Subscriber(bench, second);
                    check(List.of(), self.textsUntil("other's"), "what came of its own");
                    bench.connect(bench.connectPacket(id));
                });
        cases.of("subscription.no-local-shared", "No Local on a shared subscription ends the connection")
                .v5("MQTT-3.8.3-4")
                .run(bench -> {
                    bench.skipUnless(
                            bench.capabilities().sharedSubscriptions(), "the broker has no shared subscriptions");
                    for (int options : new int[] {NO_LOCAL, NO_LOCAL | 2, NO_LOCAL | RETAINED_NEVER}) {
                        bench.row(
                                "options " + options,
                                () -> bench.connect()
                                        .send(new SubscribePacket(bench.version(), 1)
                                                .filter(bench.topic("fine"), 0)
                                                .filter("$share/g/" + bench.topic("shared"), options)
                                                .toArray())
                                        .expectThrownOut(0x82));
                    }
                });
    }

    private static void retain(Cases cases) {
        cases.of("subscription.retain-as-published", "RETAIN is passed on only with Retain As Published")
                .v5("MQTT-3.3.1-12", "MQTT-3.3.1-13")
                .run(bench -> {
                    bench.skipUnless(bench.capabilities().retain(), "the broker has no retained messages");
                    String topic = bench.topic("rap");
                    Subscriber with = Subscriber.connect(bench).subscribe(topic, RETAIN_AS_PUBLISHED);
                    Subscriber without = Subscriber.connect(bench).subscribe(topic, 0);
                    bench.retain(topic, "retained");
                    bench.connect().publish(topic, "plain", 0);
                    for (Subscriber each : List.of(with, without)) {
                        for (String text : List.of("retained", "plain")) {
                            Packet packet = each.client().expectPublish(text);
                            check(each == with && text.equals("retained"), packet.retain(), "RETAIN of " + text);
                        }
                    }
                });
        cases.of(
                        "subscription.retain-handling",
                        "Retain Handling decides whether a subscription brings retained messages")
                .v5("MQTT-3.3.1-9", "MQTT-3.3.1-10", "MQTT-3.3.1-11")
                .run(SubscriptionCases::retainHandling);
    }

    /** Which of three SUBSCRIBEs bring the retained message: as the first, again, and after UNSUBSCRIBE. */
    private static void retainHandling(Bench bench) throws Exception {
        bench.skipUnless(bench.capabilities().retain(), "the broker has no retained messages");
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
                Subscriber subscriber = Subscriber.connect(bench);
                List<String> none = List.of();
                List<String> one = List.of("retained");
                subscriber.subscribe(topic, handling.options()).subscribe(end, 0);
                check(handling.first() ? one : none, subscriber.textsUntil("end"), "what came at first");
                subscriber.subscribe(topic, 1 | handling.options()).subscribe(end, 0);
                check(handling.again() ? one : none, subscriber.textsUntil("end"), "what came again");
                subscriber.unsubscribe(topic);
                subscriber.subscribe(topic, handling.options()).subscribe(end, 0);
                check(handling.first() ? one : none, subscriber.textsUntil("end"), "what came after UNSUBSCRIBE");
            });
        }
    }

    private static void replaced(Cases cases) {
        cases.of("subscription.replaced", "A subscription to the same filter takes the place of the one before")
                .v3("MQTT-3.8.4-3")
                .v5("MQTT-3.8.4-3")
                .run(SubscriptionCases::replacedOptions);
        cases.of(
                        "subscription.replaced-retained",
                        "A subscription that replaces another brings retained messages again")
                .v3("MQTT-3.8.4-3")
                .v5("MQTT-3.8.4-4")
                .run(bench -> {
                    bench.skipUnless(bench.capabilities().retain(), "the broker has no retained messages");
                    bench.retain(bench.topic("a/1"), "one");
                    bench.retain(bench.topic("a/2"), "two");
                    Subscriber subscriber = Subscriber.connect(bench);
                    for (int qos : new int[] {0, 0, 1, 0}) {
                        subscriber.subscribe(bench.topic("a/+"), qos);
                        TreeSet<String> got = new TreeSet<>(subscriber.textsUntil("one"));
                        if (!got.contains("two")) {
                            subscriber.until("two");
                        }
                    }
                });
        cases.of("subscription.replaced-in-a-stream", "No message is lost while a subscription is replaced")
                .v3("MQTT-3.8.4-3")
                .v5("MQTT-3.8.4-4")
                .run(SubscriptionCases::stream);
        cases.of("subscription.of-a-session", "Filters of other sessions are not replaced")
                .v3("MQTT-3.8.4-3")
                .v5("MQTT-3.8.4-3")
                .run(bench -> {
                    String topic = bench.topic("t");
                    Subscriber high = Subscriber.connect(bench).subscribe(topic, 1);
                    Subscriber low = Subscriber.connect(bench).subscribe(topic, 0);
                    Client publisher = bench.connect();
                    publisher.publish(topic, "m", 1);
                    publisher.publish(topic, "end", 1);
                    check(1, high.until("end").getFirst().qos(), "the QoS of the first");
                    check(0, low.until("end").getFirst().qos(), "the QoS of the second");
                });
    }

    private static void replacedOptions(Bench bench) {
        Subscriber subscriber = Subscriber.connect(bench);
        Client publisher = bench.connect();
        String topic = bench.topic("a/b");
        List<String> filters = bench.capabilities().wildcards()
                ? List.of(topic, bench.topic("a/+"), bench.topic("a/#"))
                : List.of(topic);
        for (String filter : filters) {
            subscriber.subscribe(filter, 1);
            for (int qos : new int[] {0, bench.capabilities().maximumQos(), 1, 0}) {
                subscriber.subscribe(filter, qos);
                publisher.publish(topic, "m", 1);
                publisher.publish(topic, "end", 1);
                List<Packet> got = subscriber.until("end");
                check(List.of("m"), texts(got), "what came after a subscription at QoS " + qos);
                check(Math.min(qos, 1), got.getFirst().qos(), "the QoS");
            }
            if (bench.v5()) {
                // The other options are replaced, too.
                subscriber.subscribe(filter, 1 | NO_LOCAL);
                subscriber.publish(topic, "own", 0);
                publisher.publish(topic, "end", 1);
                check(List.of(), subscriber.textsUntil("end"), "what came with No Local");
            }
            subscriber.unsubscribe(filter);
        }
        publisher.publish(topic, "late", 1);
        subscriber.subscribe(topic, 0);
        publisher.publish(topic, "end", 1);
        check(List.of(), subscriber.textsUntil("end"), "what came after one UNSUBSCRIBE of each filter");
    }

    private static void stream(Bench bench) {
        int messages = 120;
        String topic = bench.topic("stream");
        Subscriber subscriber = Subscriber.connect(bench).subscribe(topic, 1);
        Client publisher = bench.connect();
        TreeSet<String> got = new TreeSet<>();
        for (int round = 0; round < messages / 10; round++) {
            byte[][] burst = new byte[10][];
            for (int i = 0; i < burst.length; i++) {
                int number = round * 10 + i;
                burst[i] = bench.publishPacket(topic, "m" + number)
                        .qos(1, number + 1)
                        .toArray();
            }
            publisher.send(burst);
            subscriber.subscribe(topic, 1);
        }
        for (int i = 0; i < messages; i++) {
            publisher.expect(PacketType.PUBACK);
        }
        publisher.publish(topic, "end", 1);
        got.addAll(subscriber.textsUntil("end"));
        if (got.size() != messages) {
            throw new Failure(messages + " messages should have come, " + got.size() + " came");
        }
    }
}
