package io.lacewing.conformance.cases;

import static io.lacewing.conformance.cases.Subscriber.check;
import static io.lacewing.conformance.wire.SubscribePacket.RETAINED_IF_NEW;
import static io.lacewing.conformance.wire.SubscribePacket.RETAINED_NEVER;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Case;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.suite.Failure;
import io.lacewing.conformance.wire.Packet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Shared subscriptions (4.8.2): their names, who gets what, and who belongs. MQTT 3.1.1 knows none: there a filter that begins
 * with {@code $share/} is one of the {@code $} filters that a server may use for purposes of its own (4.7.2), so nothing is
 * asked for.
 */
final class SharedCases implements Chapter {
    private static final int NONE = 0x11;

    @Override
    public void addTo(Cases cases) {
        names(cases);
        deliveries(cases);
        members(cases);
    }

    /** The body of a case that needs shared subscriptions. */
    static Case.Body shared(Case.Body body) {
        return bench -> {
            bench.skipUnless(bench.capabilities().sharedSubscriptions(), "the broker has no shared subscriptions");
            body.run(bench);
        };
    }

    /** A filter for a group that only this trial has. */
    static String filter(Bench bench, String group, String end) {
        return "$share/" + bench.topic(group).replace('/', '_') + "/" + bench.topic(end);
    }

    private static void names(Cases cases) {
        cases.of("shared.bad-names", "A shared filter without a name, with a bad one, or without a filter is refused")
                .v5("MQTT-4.8.2-1", "MQTT-4.8.2-2")
                .run(shared(bench -> {
                    for (String filter : List.of(
                            "$share/",
                            "$share//",
                            "$share//t",
                            "$share/g",
                            "$share/g/",
                            "$share/+/t",
                            "$share/#/t",
                            "$share/#",
                            "$share/+",
                            "$share/g+/t",
                            "$share/+g/t",
                            "$share/g#/t",
                            "$share/g/t#",
                            "$share/g/t+",
                            "$share/g/#/t",
                            "$share/g/t/+x")) {
                        bench.row(filter, () -> TopicCases.refused(bench, filter));
                    }
                }));
        cases.of("shared.good-names", "Any other name will do, and is not part of what is matched")
                .v5("MQTT-4.8.2-1", "MQTT-4.8.2-2")
                .run(shared(SharedCases::goodNames));
        cases.of("shared.is-matched-without-name", "Only the filter behind the name is matched, with its wildcards")
                .v5("MQTT-4.8.2-2", "MQTT-4.7.1-1", "MQTT-4.7.1-2", "MQTT-4.7.2-1")
                .run(shared(SharedCases::matched));
    }

    private static void goodNames(Bench bench) throws Exception {
        String topic = bench.topic("t");
        String unique = bench.clientId();
        for (String name : List.of("g", " ", "$share", "$", "\u00E9\u20AC", "a b", "a.b", "*", "G", "n".repeat(200))) {
            bench.row("name '" + name + "'", () -> {
                String filter = "$share/" + name + unique + "/" + topic;
                Subscriber member = Subscriber.connect(bench).subscribe(filter, 1);
                Client publisher = bench.connect();
                if (!name.startsWith("$")) {
                    publisher.publish(name + unique + "/" + topic, "with the name", 1);
                }
                publisher.publish(topic, "end", 1);
                check(List.of(), member.textsUntil("end"), "what came");
            });
        }
    }

    private static void matched(Bench bench) {
        Subscriber member = Subscriber.connect(bench)
                .subscribe(filter(bench, "a", "+/x"), 1)
                .subscribe(filter(bench, "b", "y/#"), 1)
                // "$share/g//z" is the filter "/z"
                .subscribe("$share/" + bench.clientId() + "//" + bench.topic("z"), 1)
                .subscribe(filter(bench, "c", "end"), 1);
        Client publisher = bench.connect();
        for (String end : List.of("1/x", "2/x", "x", "1/2/x", "y", "y/1/2", "z")) {
            publisher.publish(bench.topic(end), end, 1);
        }
        publisher.publish("/" + bench.topic("z"), "/z", 1);
        publisher.publish(bench.topic("end"), "end", 1);
        check(List.of("/z", "1/x", "2/x", "y", "y/1/2"), gather(List.of(member), 5, "end", bench), "what came");
    }

    /**
     * Waits until the members have so many messages in all, and a last one each that is published to {@code end}.
     *
     * @return the payloads, sorted; "end" is not among them
     */
    static List<String> gather(List<Subscriber> members, int count, String end, Bench bench) {
        return all(gatherEach(members, count, end, bench)).stream().sorted().toList();
    }

    private static List<String> all(List<List<Packet>> each) {
        return each.stream()
                .flatMap(List::stream)
                .map(Packet::text)
                .filter(text -> !text.equals("end"))
                .toList();
    }

    /** As {@link #gather}: what each member has got. All must subscribe to {@code end}, not shared or each in its own group. */
    static List<List<Packet>> gatherEach(List<Subscriber> members, int count, String end, Bench bench) {
        List<List<Packet>> got = new ArrayList<>();
        members.forEach(member -> got.add(new ArrayList<>()));
        long limit = System.nanoTime() + bench.patience().toNanos();
        boolean[] ended = new boolean[members.size()];
        while (all(got).size() < count || IntStream.range(0, ended.length).anyMatch(i -> !ended[i])) {
            for (int i = 0; i < members.size(); i++) {
                Packet packet = members.get(i).poll(Duration.ofMillis(20));
                if (packet != null) {
                    got.get(i).add(packet);
                    ended[i] |= packet.text().equals("end");
                }
            }
            if (System.nanoTime() > limit) {
                throw new Failure(count + " messages and an end for each should come, these came: " + all(got));
            }
        }
        // What came too much has come by now: another message goes the same way to each.
        bench.connect().publish(bench.topic(end), "end", 1);
        for (int i = 0; i < members.size(); i++) {
            got.get(i).addAll(members.get(i).until("end"));
        }
        return got;
    }

    private static void deliveries(Cases cases) {
        cases.of(
                        "shared.one-of-the-group",
                        "Each message goes to one member of each group, and to all who do not share")
                .v5("MQTT-4.8.2-1")
                .run(shared(bench -> {
                    List<Subscriber> red = members(bench, "red", 3);
                    List<Subscriber> blue = members(bench, "blue", 2);
                    Subscriber alone = Subscriber.connect(bench)
                            .subscribe(bench.topic("t"), 1)
                            .subscribe(bench.topic("end"), 1);
                    List<String> sent = new ArrayList<>();
                    Client publisher = bench.connect();
                    for (int i = 0; i < 30; i++) {
                        publisher.publish(bench.topic("t"), "m" + i, i % 3 == 0 ? 0 : 1);
                        sent.add("m" + i);
                    }
                    sent.sort(null);
                    publisher.publish(bench.topic("end"), "end", 1);
                    check(sent, gather(red, 30, "end", bench), "what came to one group");
                    check(sent, gather(blue, 30, "end", bench), "what came to the other");
                    check(
                            sent,
                            gather(List.of(alone), 30, "end", bench),
                            "what came to the subscriber without a group");
                }));
        cases.of("shared.own-copy", "One session has a copy for each of its shared subscriptions and its own")
                .v5("MQTT-4.8.2-1", "MQTT-4.8.2-2")
                .run(shared(bench -> {
                    Subscriber member = Subscriber.connect(bench)
                            .subscribe(filter(bench, "one", "t"), 1)
                            .subscribe(filter(bench, "two", "t"), 1)
                            .subscribe(bench.topic("end"), 1);
                    Client publisher = bench.connect();
                    publisher.publish(bench.topic("t"), "m", 1);
                    publisher.publish(bench.topic("end"), "end", 1);
                    check(List.of("m", "m"), gather(List.of(member), 2, "end", bench), "what came");
                }));
        cases.of("shared.granted-qos", "Each member gets messages at no more than the QoS that it was granted")
                .v5("MQTT-4.8.2-3", "MQTT-3.8.4-8")
                .run(shared(SharedCases::grantedQos));
        cases.of(
                        "shared.no-retained",
                        "A shared subscription brings no retained messages, whatever Retain Handling says")
                .v5("MQTT-4.8.2-1")
                .run(shared(bench -> {
                    bench.skipUnless(bench.capabilities().retain(), "the broker has no retained messages");
                    bench.retain(bench.topic("t"), "retained");
                    bench.retain(bench.topic("end"), "end");
                    for (int options : new int[] {0, RETAINED_IF_NEW, RETAINED_NEVER}) {
                        bench.row("options " + options, () -> {
                            String filter = filter(bench, "g" + options, "t");
                            Subscriber first = Subscriber.connect(bench).subscribe(filter, options);
                            Subscriber second = Subscriber.connect(bench).subscribe(filter, options);
                            second.subscribe(filter, options);
                            for (Subscriber each : List.of(first, second)) {
                                each.subscribe(bench.topic("end"), 0);
                                check(List.of(), each.textsUntil("end"), "what came");
                            }
                        });
                    }
                }));
    }

    private static List<Subscriber> members(Bench bench, String group, int count) {
        List<Subscriber> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(Subscriber.connect(bench)
                    .subscribe(filter(bench, group, "t"), 1)
                    .subscribe(bench.topic("end"), 1));
        }
        return members;
    }

    private static void grantedQos(Bench bench) {
        List<Subscriber> members = new ArrayList<>();
        int maximum = bench.capabilities().maximumQos();
        for (int qos = 0; qos <= 2; qos++) {
            members.add(Subscriber.connect(bench)
                    .subscribe(filter(bench, "g", "t"), Math.min(maximum, qos))
                    .subscribe(bench.topic("end"), 1));
        }
        Client publisher = bench.connect();
        for (int i = 0; i < 40; i++) {
            publisher.publish(bench.topic("t"), "m" + i, maximum);
        }
        publisher.publish(bench.topic("end"), "end", 1);
        List<List<Packet>> got = gatherEach(members, 40, "end", bench);
        for (int qos = 0; qos <= 2; qos++) {
            for (Packet packet : got.get(qos)) {
                if (packet.text().startsWith("m")) {
                    check(Math.min(maximum, qos), packet.qos(), "the QoS for the member with " + qos);
                }
            }
        }
        // A member whose QoS is replaced is still one member.
        members.get(0).subscribe(filter(bench, "g", "t"), 1);
        members.get(1).unsubscribe(filter(bench, "g", "t"));
        members.get(2).unsubscribe(filter(bench, "g", "t"));
        publisher.publish(bench.topic("t"), "m", maximum);
        publisher.publish(bench.topic("end"), "end", 1);
        List<Packet> last = gatherEach(members, 1, "end", bench).getFirst();
        Packet message = last.stream()
                .filter(packet -> packet.text().equals("m"))
                .findFirst()
                .orElseThrow(() -> new Failure("the only member should have got the message"));
        check(Math.min(maximum, 1), message.qos(), "the QoS after it was raised");
    }

    private static void members(Cases cases) {
        cases.of("shared.unsubscribe", "UNSUBSCRIBE with the whole filter takes a member out, and nobody else")
                .v5("MQTT-3.10.4-1", "MQTT-3.10.4-2", "MQTT-4.8.2-1")
                .run(shared(bench -> {
                    List<Subscriber> members = members(bench, "g", 2);
                    Subscriber leaver = members.get(0);
                    String filter = filter(bench, "g", "t");
                    check(
                            List.of(NONE, NONE),
                            leaver.unsubscribe(bench.topic("t"), filter(bench, "h", "t"))
                                    .reasons(),
                            "the codes for other filters");
                    check(List.of(0), leaver.unsubscribe(filter).reasons(), "the code for the filter");
                    check(List.of(NONE), leaver.unsubscribe(filter).reasons(), "the code the second time");
                    Client publisher = bench.connect();
                    for (int i = 0; i < 9; i++) {
                        publisher.publish(bench.topic("t"), "m" + i, 1);
                    }
                    publisher.publish(bench.topic("end"), "end", 1);
                    List<List<Packet>> got = gatherEach(members, 9, "end", bench);
                    check(List.of(), all(got.subList(0, 1)), "what came to the one that left");
                }));
        cases.of("shared.not-shared-beside", "A shared and an ordinary subscription to one filter are two")
                .v5("MQTT-3.8.4-3", "MQTT-3.10.4-1")
                .run(shared(bench -> {
                    Subscriber both = Subscriber.connect(bench)
                            .subscribe(filter(bench, "g", "t"), 1)
                            .subscribe(bench.topic("t"), 1)
                            .subscribe(bench.topic("end"), 1);
                    check(List.of(0), both.unsubscribe(bench.topic("t")).reasons(), "the code");
                    Client publisher = bench.connect();
                    publisher.publish(bench.topic("t"), "m", 1);
                    publisher.publish(bench.topic("end"), "end", 1);
                    check(List.of("m"), gather(List.of(both), 1, "end", bench), "what came by the shared one");
                }));
        cases.of("shared.ends-with-session", "A session that ends is no member any more")
                .v5("MQTT-4.8.2-1")
                .run(shared(bench -> {
                    List<Subscriber> members = members(bench, "g", 2);
                    members.get(0).client().disconnect();
                    Client publisher = bench.connect();
                    for (int i = 0; i < 6; i++) {
                        publisher.publish(bench.topic("t"), "m" + i, 1);
                    }
                    publisher.publish(bench.topic("end"), "end", 1);
                    List<String> got = gather(members.subList(1, 2), 6, "end", bench);
                    check(6, got.size(), "the number of messages for the member that is left");
                }));
    }
}
