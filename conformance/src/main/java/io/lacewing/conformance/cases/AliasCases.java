package io.lacewing.conformance.cases;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.suite.Failure;
import io.lacewing.conformance.wire.ConnectPacket;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.Property;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Topic aliases (3.3.2.3.4) in both directions. */
final class AliasCases implements Chapter {

    @Override
    public void addTo(Cases cases) {
        cases.of("alias.zero", "Topic alias 0 ends the connection")
                .v5("MQTT-3.3.2-8")
                .run(bench -> {
                    thrownOut(bench, bench.topic("t"), 0, 0x94);
                    thrownOut(bench, "", 0, 0x94);
                });
        cases.of("alias.above-maximum", "A topic alias above the broker's maximum ends the connection")
                .v5("MQTT-3.3.2-9")
                .run(bench -> {
                    int most = bench.capabilities().topicAliasMaximum();
                    bench.skipUnless(most < 65_535, "the broker takes all topic aliases");
                    thrownOut(bench, bench.topic("t"), most + 1, 0x94);
                    thrownOut(bench, bench.topic("t"), 65_535, 0x94);
                });
        cases.of("alias.unknown", "A topic alias that was not set ends the connection if there is no topic name")
                .v5("MQTT-4.13.1-1")
                .run(bench -> {
                    mayAlias(bench);
                    thrownOut(bench, "", 1, 0x82);
                    thrownOut(bench, "", bench.capabilities().topicAliasMaximum(), 0x82);
                });
        cases.of("alias.up-to-maximum", "Each topic alias up to the broker's maximum can be set, used and set anew")
                .v5("MQTT-3.3.2-12")
                .run(AliasCases::upToMaximum);
        cases.of("alias.per-connection", "A topic alias is forgotten with its connection")
                .v5("MQTT-3.3.2-7")
                .run(AliasCases::perConnection);
        cases.of("alias.of-broker", "The broker uses no topic alias above the client's maximum")
                .v5("MQTT-3.3.2-11", "MQTT-3.3.2-8")
                .run(AliasCases::ofBroker);
        cases.of("alias.of-broker-per-connection", "The broker sets its topic aliases anew in each connection")
                .v5("MQTT-3.3.2-11", "MQTT-3.3.2-7")
                .run(AliasCases::ofBrokerPerConnection);
    }

    private static void mayAlias(Bench bench) {
        bench.skipUnless(bench.capabilities().topicAliasMaximum() > 0, "the broker takes no topic aliases");
    }

    private static void thrownOut(Bench bench, String topic, int alias, int reason) throws Exception {
        bench.row("alias " + alias + " for '" + topic + "'", () -> {
            Client client = bench.connect();
            client.send(bench.publishPacket(topic, "m")
                    .with(Property.TOPIC_ALIAS, alias)
                    .toArray());
            client.expectThrownOut(reason);
        });
    }

    private static void publish(Bench bench, Client client, String topic, int alias, String payload, int qos) {
        client.publish(bench.publishPacket(topic, payload)
                .qos(qos, client.nextPacketId())
                .with(Property.TOPIC_ALIAS, alias));
    }

    private static void upToMaximum(Bench bench) {
        mayAlias(bench);
        int most = bench.capabilities().topicAliasMaximum();
        Client subscriber = bench.connect();
        subscriber.subscribe(bench.topic("a"), 0);
        subscriber.subscribe(bench.topic("b"), 0);
        Client publisher = bench.connect();
        Client other = bench.connect();
        for (int alias : List.of(1, Math.ceilDiv(most, 2), most)) {
            publish(bench, publisher, bench.topic("a"), alias, "set", 0);
            publish(bench, other, bench.topic("b"), alias, "other", 0);
            subscriber.expectPublishes("set", "other");
            for (int qos = 0; qos <= Needs.maximumQos(bench); qos++) {
                publish(bench, publisher, "", alias, "used", qos);
                check(subscriber.expectPublish("used"), bench.topic("a"));
            }
            publish(bench, publisher, bench.topic("b"), alias, "anew", 0);
            check(subscriber.expectPublish("anew"), bench.topic("b"));
            publish(bench, publisher, "", alias, "then", 0);
            check(subscriber.expectPublish("then"), bench.topic("b"));
        }
        if (most > 1) {
            publish(bench, publisher, bench.topic("a"), 1, "one", 0);
            publish(bench, publisher, bench.topic("b"), 2, "two", 0);
            publish(bench, publisher, "", 1, "a", 0);
            subscriber.expectPublishes("one", "two", "a");
            publish(bench, publisher, "", 2, "b", 0);
            check(subscriber.expectPublish("b"), bench.topic("b"));
        }
    }

    private static void check(Packet came, String topic) {
        if (!came.topic().equals(topic) || came.has(Property.TOPIC_ALIAS)) {
            throw new Failure("a message on " + topic + " should come without an alias, not " + came);
        }
    }

    private static void perConnection(Bench bench) throws Exception {
        mayAlias(bench);
        ConnectPacket session = bench.connectPacket().persistent(60);
        Client first = bench.connect(session);
        publish(bench, first, bench.topic("t"), 1, "m", 0);
        first.disconnect();
        bench.row("in the next connection of the session", () -> {
            Client second = bench.connect(session);
            second.send(
                    bench.publishPacket("", "m").with(Property.TOPIC_ALIAS, 1).toArray());
            second.expectThrownOut(0x82);
        });
        bench.row("in another client's connection", () -> {
            Client setting = bench.connect();
            publish(bench, setting, bench.topic("t"), 1, "m", 0);
            Client using = bench.connect();
            using.send(
                    bench.publishPacket("", "m").with(Property.TOPIC_ALIAS, 1).toArray());
            using.expectThrownOut(0x82);
        });
        bench.connect(bench.connectPacket(session.clientId())).disconnect();
    }

    /** What a client knows of the broker's aliases in one connection. */
    private static final class Known {
        private final int maximum;
        private final Map<Long, String> topics = new HashMap<>();

        Known(int maximum) {
            this.maximum = maximum;
        }

        void check(Packet came, String topic) {
            long alias = came.number(Property.TOPIC_ALIAS, 0);
            if (alias > maximum) {
                throw new Failure("a topic alias should be " + maximum + " at most, not as in " + came);
            }
            if (alias > 0 && !came.topic().isEmpty()) {
                topics.put(alias, came.topic());
            }
            String meant = came.topic().isEmpty() ? topics.getOrDefault(alias, "never set") : came.topic();
            if (!meant.equals(topic)) {
                throw new Failure("the message of " + topic + " came with an alias that is " + meant + ": " + came);
            }
        }
    }

    private static ConnectPacket withMaximum(ConnectPacket packet, int maximum) {
        if (maximum >= 0) {
            packet.properties().number(Property.TOPIC_ALIAS_MAXIMUM, maximum);
        }
        return packet;
    }

    private static void ofBroker(Bench bench) throws Exception {
        for (int maximum : List.of(-1, 0, 1, 2, 65_535)) {
            bench.row(maximum < 0 ? "none named" : "maximum " + maximum, () -> {
                Client subscriber = bench.connect(withMaximum(bench.connectPacket(), maximum));
                List<String> ends = List.of("a", "b", "c", "d");
                for (String end : ends) {
                    subscriber.subscribe(bench.topic(end), 0);
                }
                Client publisher = bench.connect();
                Known known = new Known(Math.max(0, maximum));
                for (int round = 0; round < 4; round++) {
                    for (String end : ends) {
                        publisher.publish(bench.topic(end), end + round, 0);
                        known.check(subscriber.expectPublish(end + round), bench.topic(end));
                    }
                }
            });
        }
    }

    private static void ofBrokerPerConnection(Bench bench) {
        Needs.qos(bench, 1);
        String topic = bench.topic("t");
        ConnectPacket session = withMaximum(bench.connectPacket().persistent(60), 3);
        Client first = bench.connect(session);
        first.subscribe(topic, 1);
        Client publisher = bench.connect();
        Known before = new Known(3);
        for (int i = 0; i < 3; i++) {
            publisher.publish(topic, "m" + i, 1);
            before.check(first.expectPublish("m" + i), topic);
        }
        first.drop();
        Known after = new Known(3);
        Client second = bench.connect(session);
        for (int i = 0; i < 3; i++) {
            after.check(second.expectPublish("m" + i), topic);
        }
        publisher.publish(topic, "new", 1);
        after.check(second.expectPublish("new"), topic);
        second.drop();
        Client without = bench.connect(bench.connectPacket(session.clientId()).persistent(60));
        Known none = new Known(0);
        for (int i = 0; i < 3; i++) {
            none.check(without.expectPublish("m" + i), topic);
        }
        none.check(without.expectPublish("new"), topic);
        without.close();
        bench.connect(bench.connectPacket(session.clientId())).disconnect();
    }
}
