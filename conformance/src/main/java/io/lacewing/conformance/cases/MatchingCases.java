package io.lacewing.conformance.cases;

import static io.lacewing.conformance.cases.Subscriber.check;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.suite.Failure;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.PacketType;
import java.util.ArrayList;
import java.util.List;

/** Which topics a filter matches (4.7): the standard's examples, and the edges. */
final class MatchingCases implements Chapter {

    /** Topics below a base that nobody else uses, all published for each filter; "" is the base itself. */
    private static final List<String> TOPICS = List.of(
            "",
            "/",
            "//",
            "/sport",
            "/sport/",
            "//sport",
            "/sport/tennis",
            "/sport/tennis/player1",
            "/sport/tennis/player1/",
            "/sport/tennis/player1/ranking",
            "/sport/tennis/player1/score/wimbledon",
            "/sport/tennis/player2",
            "/sport//player1",
            "/sports",
            "/Sport",
            "/SPORT/tennis",
            "/ACCOUNTS",
            "/Accounts",
            "/Accounts payable",
            "/Accounts  payable",
            "/Accounts payable ",
            "/ ",
            "/\u00E9",
            "/e\u0301",
            "/\uFB01",
            "/fi",
            "/\uFEFFfi",
            "/a.b",
            "/a\\b",
            "/a%2Fb",
            "/a/b",
            "/./a",
            "/../a",
            "/*",
            "/a/*",
            "/?",
            "/$a",
            "/$SYS/a",
            "/\uD83D\uDC1E",
            "/\u200B",
            "/\u00C9",
            "/i",
            "/I",
            "/\u0130",
            "/\u0131");

    /** A filter below the base, and the topics that it matches. */
    private record Row(String filter, String... topics) {}

    private static final List<Row> EXAMPLES = List.of(
            new Row(
                    "/sport/tennis/player1/#",
                    "/sport/tennis/player1",
                    "/sport/tennis/player1/",
                    "/sport/tennis/player1/ranking",
                    "/sport/tennis/player1/score/wimbledon"),
            new Row(
                    "/sport/#",
                    "/sport",
                    "/sport/",
                    "/sport/tennis",
                    "/sport/tennis/player1",
                    "/sport/tennis/player1/",
                    "/sport/tennis/player1/ranking",
                    "/sport/tennis/player1/score/wimbledon",
                    "/sport/tennis/player2",
                    "/sport//player1"),
            new Row("/sport/tennis/+", "/sport/tennis/player1", "/sport/tennis/player2"),
            new Row("/sport/+", "/sport/", "/sport/tennis"),
            new Row("/sport/+/player1", "/sport/tennis/player1", "/sport//player1"),
            new Row(
                    "/+/tennis/#",
                    "/sport/tennis",
                    "/sport/tennis/player1",
                    "/sport/tennis/player1/",
                    "/sport/tennis/player1/ranking",
                    "/sport/tennis/player1/score/wimbledon",
                    "/sport/tennis/player2",
                    "/SPORT/tennis"),
            new Row("", ""),
            new Row("/", "/"),
            new Row("//", "//"),
            new Row("//+", "//", "//sport"),
            new Row("/sport", "/sport"),
            new Row("/sport/", "/sport/"),
            new Row("/sport//player1", "/sport//player1"),
            new Row("/+/+/player1/", "/sport/tennis/player1/"),
            new Row("/+/+/+/", "/sport/tennis/player1/"),
            new Row("/sport/tennis/player1/+", "/sport/tennis/player1/", "/sport/tennis/player1/ranking"),
            new Row("/sport/+/+/+/+", "/sport/tennis/player1/score/wimbledon"),
            new Row("/+/+/+/+/+/#", "/sport/tennis/player1/score/wimbledon"),
            new Row("/+/+/+/+/+/+"));

    @Override
    public void addTo(Cases cases) {
        cases.of("matching.examples", "Filters match the topics that the standard says, and no others")
                .v3("MQTT-4.7.1-2", "MQTT-4.7.1-3", "MQTT-3.8.3-2")
                .v5("MQTT-4.7.1-1", "MQTT-4.7.1-2")
                .run(bench -> {
                    bench.skipUnless(bench.capabilities().wildcards(), "the broker has no wildcards");
                    Pair pair = new Pair(bench);
                    for (Row row : EXAMPLES) {
                        pair.check(row.filter(), List.of(row.topics()));
                    }
                });
        cases.of("matching.every-topic", "A topic matches itself, and # and + match it, whatever its characters")
                .v3("MQTT-4.7.3-4")
                .v5("MQTT-4.7.3-4")
                .run(bench -> {
                    Pair pair = new Pair(bench);
                    for (String topic : TOPICS) {
                        pair.check(topic, List.of(topic));
                    }
                    if (bench.capabilities().wildcards()) {
                        pair.check("/#", TOPICS);
                        pair.check(
                                "/+",
                                TOPICS.stream()
                                        .filter(topic -> topic.startsWith("/") && topic.lastIndexOf('/') == 0)
                                        .toList());
                        pair.check(
                                "/+/+",
                                TOPICS.stream()
                                        .filter(topic -> slashes(topic) == 2)
                                        .toList());
                    }
                });
        cases.of("matching.first-level", "Wildcards of the first level match as the others do")
                .v3("MQTT-4.7.1-2", "MQTT-4.7.1-3")
                .v5("MQTT-4.7.1-1", "MQTT-4.7.1-2")
                .run(MatchingCases::firstLevel);
        cases.of("matching.dollar", "Filters that begin with a wildcard do not match topics that begin with $")
                .v3("MQTT-4.7.2-1")
                .v5("MQTT-4.7.2-1")
                .run(MatchingCases::dollar);
        cases.of("matching.dollar-retained", "Nor do they bring retained messages of such topics")
                .v3("MQTT-4.7.2-1")
                .v5("MQTT-4.7.2-1")
                .run(MatchingCases::dollarRetained);
        cases.of("matching.levels", "A topic of many levels matches as one of few does")
                .v3("MQTT-4.7.1-2", "MQTT-4.7.3-4")
                .v5("MQTT-4.7.1-1", "MQTT-4.7.3-4")
                .run(bench -> {
                    bench.skipUnless(bench.capabilities().wildcards(), "the broker has no wildcards");
                    String deep = bench.topic("l") + "/x".repeat(100);
                    Subscriber exact = Subscriber.connect(bench).subscribe(deep, 0);
                    Subscriber wide = Subscriber.connect(bench).subscribe(bench.topic("l/#"), 0);
                    Subscriber plus = Subscriber.connect(bench).subscribe(bench.topic("l") + "/+".repeat(100), 0);
                    Client publisher = bench.connect();
                    publisher.publish(deep + "/x", "deeper", 1);
                    publisher.publish(bench.topic("l") + "/x".repeat(99), "flatter", 1);
                    publisher.publish(deep, "end", 1);
                    check(List.of(), exact.textsUntil("end"), "what came to the same filter");
                    check(List.of(), plus.textsUntil("end"), "what came to the filter of +");
                    check(List.of("deeper", "flatter"), wide.textsUntil("end"), "what came to the filter of #");
                });
    }

    private static long slashes(String topic) {
        return topic.chars().filter(c -> c == '/').count();
    }

    /** A subscriber and a publisher who try one filter after another with all topics. */
    private static final class Pair {
        private final Bench bench;
        private final String base;
        private final Subscriber subscriber;
        private final Client publisher;
        private int round;

        Pair(Bench bench) {
            this.bench = bench;
            base = bench.topic("m");
            subscriber = Subscriber.connect(bench).subscribe(bench.topic("end"), 1);
            publisher = bench.connect();
        }

        void check(String filter, List<String> topics) {
            round++;
            subscriber.subscribe(base + filter, 1);
            byte[][] packets = new byte[TOPICS.size()][];
            for (int i = 0; i < packets.length; i++) {
                String topic = base + TOPICS.get(i);
                packets[i] = bench.publishPacket(topic, round + " " + TOPICS.get(i))
                        .qos(1, i + 1)
                        .toArray();
            }
            publisher.send(packets);
            for (int i = 0; i < packets.length; i++) {
                publisher.expect(PacketType.PUBACK);
            }
            publisher.publish(bench.topic("end"), "end " + round, 1);
            List<String> expected =
                    topics.stream().map(topic -> round + " " + topic).sorted().toList();
            Subscriber.check(expected, subscriber.textsUntil("end " + round), "what '" + filter + "' matches");
            subscriber.unsubscribe(base + filter);
        }
    }

    /** Other trials' messages come here, too: only those with this trial's payload count. */
    private static List<String> own(List<Packet> got, String mark) {
        return got.stream()
                .map(Packet::text)
                .filter(text -> text.startsWith(mark))
                .map(text -> text.substring(mark.length()))
                .distinct()
                .sorted()
                .toList();
    }

    private static void firstLevel(Bench bench) {
        bench.skipUnless(bench.capabilities().wildcards(), "the broker has no wildcards");
        String root = bench.clientId();
        List<String> topics = List.of(root, "/" + root, root + "/", "/" + root + "/a", root + "/a", root + "/a/b");
        record Expected(String filter, int... topics) {}
        List<Expected> table = List.of(
                new Expected("#", 0, 1, 2, 3, 4, 5),
                new Expected("+", 0),
                new Expected("+/+", 1, 2, 4),
                new Expected("/+", 1),
                new Expected("+/", 2),
                new Expected("+/a", 4),
                new Expected("+/#", 0, 1, 2, 3, 4, 5),
                new Expected("/#", 1, 3),
                new Expected("+/+/+", 3, 5),
                new Expected("+/+/#", 1, 2, 3, 4, 5),
                new Expected(root + "/#", 0, 2, 4, 5),
                new Expected("+/" + root, 1));
        Subscriber subscriber = Subscriber.connect(bench).subscribe(bench.topic("end"), 1);
        Client publisher = bench.connect();
        for (Expected row : table) {
            String mark = root + " " + row.filter() + " ";
            subscriber.subscribe(row.filter(), 1);
            List<String> expected = new ArrayList<>();
            for (int i : row.topics()) {
                expected.add(topics.get(i));
            }
            topics.forEach(topic -> publisher.publish(topic, mark + topic, 1));
            publisher.publish(bench.topic("end"), "end of " + mark, 1);
            List<Packet> got = subscriber.until("end of " + mark);
            check(expected.stream().sorted().toList(), own(got, mark), "what '" + row.filter() + "' matches");
            subscriber.unsubscribe(row.filter());
        }
    }

    private static void dollar(Bench bench) {
        bench.skipUnless(bench.capabilities().wildcards(), "the broker has no wildcards");
        String root = bench.clientId();
        List<String> topics = List.of("$" + root, "$" + root + "/a", "$SYS/" + root, "$/" + root);
        Subscriber wide = Subscriber.connect(bench);
        for (String filter : List.of("#", "+", "+/+", "+/#", "+/a", "+/" + root)) {
            wide.subscribe(filter, 1);
        }
        for (String topic : topics) {
            // A server may prevent that; this one may lose its connection then.
            Client publisher = bench.connect();
            publisher.send(bench.publishPacket(topic, root).qos(1, 1).toArray());
            Packet answer = publisher.receiveOrClose();
            if (answer != null && answer.type() != PacketType.DISCONNECT && answer.type() != PacketType.PUBACK) {
                throw new Failure("PUBACK or the end should come, " + answer + " came");
            }
        }
        bench.connect().publish(root, "end of " + root, 1);
        check(List.of(), own(wide.until("end of " + root), root), "what came");
    }

    private static void dollarRetained(Bench bench) {
        bench.skipUnless(bench.capabilities().wildcards(), "the broker has no wildcards");
        bench.skipUnless(bench.capabilities().retain(), "the broker has no retained messages");
        String root = bench.clientId();
        String topic = "$" + root + "/a";
        Client publisher = bench.connect();
        publisher.send(bench.publishPacket(topic, root).qos(1, 1).retain().toArray());
        Packet answer = publisher.receiveOrClose();
        boolean isTaken = answer != null && answer.type() == PacketType.PUBACK && answer.reason() < 0x80;
        if (isTaken) {
            bench.willRetain(topic);
        }
        bench.retain(bench.topic("end"), "end of " + root);
        for (String filter : List.of("#", "+/a", "+/#", "+/+")) {
            Subscriber subscriber = Subscriber.connect(bench).subscribe(filter, 1);
            subscriber.subscribe(bench.topic("end"), 1);
            check(List.of(), own(subscriber.until("end of " + root), root), "what '" + filter + "' brought");
        }
    }
}
