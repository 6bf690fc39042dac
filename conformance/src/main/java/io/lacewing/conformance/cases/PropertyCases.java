package io.lacewing.conformance.cases;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.suite.Failure;
import io.lacewing.conformance.wire.Bytes;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.Properties;
import io.lacewing.conformance.wire.Property;
import io.lacewing.conformance.wire.PublishPacket;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Properties of a PUBLISH (3.3.2.3) that a broker passes on, and how they may not be. */
final class PropertyCases implements Chapter {
    private static final String PAYLOAD = "p\u00E4yload";

    @Override
    public void addTo(Cases cases) {
        cases.of("property.payload-format", "The Payload Format Indicator is passed on")
                .v5("MQTT-3.3.2-4")
                .run(bench -> {
                    Function<Packet, Object> get = came -> came.number(Property.PAYLOAD_FORMAT_INDICATOR, 0);
                    passedOn(bench, "1", p -> p.number(Property.PAYLOAD_FORMAT_INDICATOR, 1), get, 1L);
                    passedOn(bench, "0", p -> p.number(Property.PAYLOAD_FORMAT_INDICATOR, 0), get, 0L);
                    passedOn(bench, "none", p -> {}, get, 0L);
                });
        cases.of("property.response-topic", "The Response Topic is passed on")
                .v5("MQTT-3.3.2-15")
                .run(bench -> texts(bench, Property.RESPONSE_TOPIC, "a", "an/answer \u00FC", "/", "x".repeat(10_000)));
        cases.of("property.content-type", "The Content Type is passed on")
                .v5("MQTT-3.3.2-20")
                .run(bench -> texts(bench, Property.CONTENT_TYPE, "", "text/plain \u4E2D\uFEFF", "x".repeat(10_000)));
        cases.of("property.correlation-data", "The Correlation Data is passed on")
                .v5("MQTT-3.3.2-16")
                .run(PropertyCases::correlationData);
        cases.of("property.user", "User Properties are passed on in their order")
                .v5("MQTT-3.3.2-17", "MQTT-3.3.2-18")
                .run(PropertyCases::userProperties);
        cases.of("property.not-utf-8", "A text property that is not UTF-8 ends the connection")
                .v5("MQTT-3.3.2-13", "MQTT-3.3.2-19")
                .run(PropertyCases::notUtf8);
        cases.of("property.wildcard-in-response-topic", "A Response Topic with a wildcard ends the connection")
                .v5("MQTT-3.3.2-14")
                .run(PropertyCases::wildcardInResponseTopic);
        cases.of("property.twice", "A property that may be there once ends the connection if it is there twice")
                .v5("MQTT-4.13.1-1")
                .run(PropertyCases::twice);
        cases.of("property.bad-payload-format", "A Payload Format Indicator other than 0 and 1 ends the connection")
                .v5("MQTT-4.13.1-1")
                .run(bench -> {
                    Client client = bench.connect();
                    client.send(bench.publishPacket(bench.topic("t"), "m")
                            .with(Property.PAYLOAD_FORMAT_INDICATOR, 2)
                            .toArray());
                    client.expectThrownOut(0x81, 0x82);
                });
    }

    /** A row: what is published with these properties has them wherever it is delivered. */
    private static void passedOn(
            Bench bench, String what, Consumer<Properties> set, Function<Packet, Object> get, Object expected)
            throws Exception {
        bench.row(what, () -> {
            for (Packet came : delivered(bench, set)) {
                Object found = get.apply(came);
                if (!found.equals(expected)) {
                    throw new Failure("it was published with " + expected + ", what came is " + came);
                }
            }
        });
    }

    /** Publishes at each QoS to a subscriber, to a session whose client is away, and as a retained message. */
    private static List<Packet> delivered(Bench bench, Consumer<Properties> set) {
        List<Packet> all = new ArrayList<>();
        String topic = bench.topic(bench.clientId());
        String away = bench.clientId();
        int most = Needs.maximumQos(bench);
        Client session = bench.connect(bench.connectPacket(away).persistent(60));
        session.subscribe(topic, most);
        session.disconnect();
        Client subscriber = bench.connect();
        subscriber.subscribe(topic, most);
        Client publisher = bench.connect();
        for (int qos = 0; qos <= most; qos++) {
            PublishPacket packet = bench.publishPacket(topic, PAYLOAD).qos(qos, 1);
            set.accept(packet.properties());
            if (qos == 1 && bench.capabilities().retain()) {
                bench.willRetain(topic);
                packet.retain();
            }
            publisher.publish(packet);
            all.add(subscriber.expectPublish(PAYLOAD));
        }
        if (most > 0) {
            Client back = bench.connect(bench.connectPacket(away).persistent(60));
            all.add(back.expectPublish(PAYLOAD));
            back.close();
        }
        bench.connect(bench.connectPacket(away)).disconnect();
        if (most > 0 && bench.capabilities().retain()) {
            Client later = bench.connect();
            later.subscribe(topic, most);
            all.add(later.expectPublish(PAYLOAD));
        }
        return all;
    }

    private static void texts(Bench bench, Property property, String... values) throws Exception {
        for (String value : values) {
            passedOn(
                    bench,
                    "'" + value + "'",
                    p -> p.text(property, value),
                    came -> came.has(property) + came.text(property),
                    true + value);
        }
        passedOn(bench, "none", p -> {}, came -> came.has(property), false);
    }

    private static void correlationData(Bench bench) throws Exception {
        byte[] each = new byte[256];
        for (int i = 0; i < each.length; i++) {
            each[i] = (byte) i;
        }
        int most = (int) Math.min(65_535, bench.capabilities().maximumPacketSize() - 200);
        Function<Packet, Object> get = came ->
                came.has(Property.CORRELATION_DATA) + HexFormat.of().formatHex(came.binary(Property.CORRELATION_DATA));
        for (byte[] data : List.of(new byte[0], new byte[1], each, new byte[most])) {
            passedOn(
                    bench,
                    data.length + " bytes",
                    p -> p.binary(Property.CORRELATION_DATA, data),
                    get,
                    true + HexFormat.of().formatHex(data));
        }
        passedOn(bench, "none", p -> {}, get, "false");
    }

    private static void userProperties(Bench bench) throws Exception {
        passedOn(
                bench,
                "order, repetition, empty text",
                p -> p.user("z", "1")
                        .user("a", "2")
                        .user("z", "1")
                        .user("", "")
                        .user("m\u00FC", "\u4E2D")
                        .user("a", "0"),
                Packet::userProperties,
                List.of("z=1", "a=2", "z=1", "=", "m\u00FC=\u4E2D", "a=0"));
        passedOn(
                bench,
                "between other properties",
                p -> p.user("b", "1")
                        .text(Property.CONTENT_TYPE, "c")
                        .user("a", "2")
                        .number(Property.MESSAGE_EXPIRY_INTERVAL, 100)
                        .user("c", "3"),
                Packet::userProperties,
                List.of("b=1", "a=2", "c=3"));
        List<String> many = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            many.add("name" + i * 7 % 100 + "=" + i);
        }
        passedOn(
                bench,
                "many",
                p -> many.forEach(pair -> p.user(pair.split("=", 2)[0], pair.split("=", 2)[1])),
                Packet::userProperties,
                many);
        passedOn(bench, "none", p -> {}, Packet::userProperties, List.of());
    }

    private static void notUtf8(Bench bench) throws Exception {
        List<byte[]> wrong = List.of(Bytes.of('a', 0xC3, 0x28), Bytes.of(0xED, 0xA0, 0x80), Bytes.of('a', 0));
        for (Property property : List.of(Property.RESPONSE_TOPIC, Property.CONTENT_TYPE)) {
            for (byte[] text : wrong) {
                bench.row(property + " " + HexFormat.of().formatHex(text), () -> {
                    PublishPacket packet = bench.publishPacket(bench.topic("t"), "m");
                    packet.properties().binary(property, text);
                    Client client = bench.connect();
                    client.send(packet.toArray());
                    client.expectThrownOut(0x81);
                });
            }
        }
    }

    private static void wildcardInResponseTopic(Bench bench) throws Exception {
        for (String topic : List.of("#", "+", "a/+", "a/#", "a/+/b")) {
            bench.row(topic, () -> {
                Client client = bench.connect();
                client.send(bench.publishPacket(bench.topic("t"), "m")
                        .with(Property.RESPONSE_TOPIC, topic)
                        .toArray());
                client.expectThrownOut(0x81, 0x82, 0x90);
            });
        }
    }

    private static void twice(Bench bench) throws Exception {
        List<Property> once = List.of(
                Property.PAYLOAD_FORMAT_INDICATOR,
                Property.MESSAGE_EXPIRY_INTERVAL,
                Property.CONTENT_TYPE,
                Property.RESPONSE_TOPIC,
                Property.CORRELATION_DATA,
                Property.TOPIC_ALIAS);
        for (Property property : once) {
            if (property == Property.TOPIC_ALIAS && bench.capabilities().topicAliasMaximum() == 0) {
                continue;
            }
            bench.row(property.toString(), () -> {
                PublishPacket packet = bench.publishPacket(bench.topic("t"), "m");
                packet.properties().any(property).any(property);
                Client client = bench.connect();
                client.send(packet.toArray());
                client.expectThrownOut(0x82);
            });
        }
    }
}
