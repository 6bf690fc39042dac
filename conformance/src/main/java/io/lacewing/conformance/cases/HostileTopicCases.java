package io.lacewing.conformance.cases;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.wire.Bytes;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.Properties;
import io.lacewing.conformance.wire.Property;
import io.lacewing.conformance.wire.PublishPacket;
import io.lacewing.conformance.wire.SubscribePacket;
import java.util.List;

/** Topic names, filters, packet identifiers and options that no client may send. */
final class HostileTopicCases implements Chapter {
    private static final int MALFORMED = 0x81;
    private static final int PROTOCOL_ERROR = 0x82;

    private static final List<String> WRONG_FILTERS = List.of(
            "", "#/", "#/a", "a/#/b", "a#", "#a", "a/b#", "a/#b", "##", "#/#", "a+", "+a", "a/+b", "a/b+/c", "++",
            "a/++/b", "+#", "+/a#", "/+a/");

    @Override
    public void addTo(Cases cases) {
        cases.of("hostile.topic-names", "A topic name with wildcards, or none at all, ends the connection")
                .v3("MQTT-3.3.2-2", "MQTT-4.7.1-1", "MQTT-4.7.3-1")
                .v5("MQTT-3.3.2-2", "MQTT-4.7.0-1", "MQTT-4.7.3-1")
                .run(Hostile.rows(HostileTopicCases::names));
        cases.of("hostile.topic-aliases", "A topic alias of 0, above the maximum, or not known, ends the connection")
                .v5("MQTT-3.3.2-8", "MQTT-3.3.2-9", "MQTT-4.13.1-1")
                .run(Hostile.rows(HostileTopicCases::aliases));
        cases.of("hostile.filters", "A filter whose wildcards stand wrong, or of no characters, is refused")
                .v3("MQTT-4.7.1-2", "MQTT-4.7.1-3", "MQTT-4.7.3-1")
                .v5("MQTT-4.7.1-1", "MQTT-4.7.1-2", "MQTT-4.7.3-1")
                .run(Hostile.rows(HostileTopicCases::filters));
        cases.of("hostile.shared-filters", "A shared subscription without a right group or filter is refused")
                .v5("MQTT-4.8.2-1", "MQTT-4.8.2-2", "MQTT-3.8.3-4")
                .run(Hostile.rows(HostileTopicCases::shared));
        cases.of("hostile.subscribe-options", "Subscription options that do not exist end the connection")
                .v3("MQTT-3.8.3-4")
                .v5("MQTT-3.8.3-5", "MQTT-4.13.1-1")
                .run(Hostile.rows(HostileTopicCases::options));
        cases.of("hostile.packet-identifier", "A packet identifier of 0 ends the connection, whichever packet has it")
                .v3("MQTT-2.3.1-1", "MQTT-4.8.0-1")
                .v5("MQTT-2.2.1-3", "MQTT-4.13.1-1")
                .run(Hostile.rows(HostileTopicCases::identifiers));
        cases.of("hostile.no-filters", "A SUBSCRIBE or UNSUBSCRIBE of no filters ends the connection")
                .v3("MQTT-3.8.3-3", "MQTT-3.10.3-2")
                .v5("MQTT-3.8.3-2", "MQTT-3.10.3-2")
                .run(Hostile.rows(hostile -> {
                    byte[] nothing = hostile.v5() ? Bytes.of(0, 1, 0) : Bytes.of(0, 1);
                    hostile.thrownOut("SUBSCRIBE", Packets.packet(0x82, nothing), PROTOCOL_ERROR);
                    hostile.thrownOut("UNSUBSCRIBE", Packets.packet(0xA2, nothing), PROTOCOL_ERROR);
                }));
        cases.of("hostile.reason-codes", "Reason codes that a packet does not have end the connection")
                .v5(
                        "MQTT-3.4.2-1",
                        "MQTT-3.5.2-1",
                        "MQTT-3.6.2-1",
                        "MQTT-3.7.2-1",
                        "MQTT-3.14.2-1",
                        "MQTT-3.15.2-1",
                        "MQTT-4.13.1-1")
                .run(Hostile.rows(HostileTopicCases::reasonCodes));
    }

    private static void names(Hostile hostile) throws Exception {
        Bench bench = hostile.bench();
        int[] codes = {MALFORMED, PROTOCOL_ERROR, 0x90};
        for (String topic : List.of("#", "+", "a/#", "a/+", "+/a", "#/a", "a/+/b", "a#", "a+", "/+", "/#", "$a/#")) {
            for (int qos = 0; qos <= bench.capabilities().maximumQos(); qos++) {
                byte[] packet = bench.publishPacket(topic, "m").qos(qos, 1).toArray();
                hostile.thrownOut("PUBLISH to " + topic + " at QoS " + qos, packet, codes);
            }
            byte[] will = bench.connectPacket().will(topic, "m", 0, false).toArray();
            hostile.refused("will of topic " + topic, will, codes);
        }
        hostile.thrownOut(
                "PUBLISH without a topic", bench.publishPacket("", "m").toArray(), codes);
        byte[] will = bench.connectPacket().will("", "m", 0, false).toArray();
        hostile.refused("will without a topic", will, codes);
    }

    private static void aliases(Hostile hostile) throws Exception {
        Bench bench = hostile.bench();
        int maximum = bench.capabilities().topicAliasMaximum();
        for (String topic : List.of(bench.topic("t"), "")) {
            String what = topic.isEmpty() ? " and no topic" : " and a topic";
            hostile.thrownOut("alias 0" + what, alias(bench, topic, 0), MALFORMED, PROTOCOL_ERROR, 0x94);
            for (int above : new int[] {maximum + 1, maximum + 256, 0xFFFF}) {
                if (above <= 0xFFFF && above > maximum) {
                    hostile.thrownOut("alias " + above + what, alias(bench, topic, above), PROTOCOL_ERROR, 0x94);
                }
            }
        }
        for (int unknown : new int[] {1, maximum}) {
            if (unknown <= maximum && unknown > 0) {
                hostile.thrownOut("unknown alias " + unknown, alias(bench, "", unknown), PROTOCOL_ERROR, 0x94);
                byte[] known = alias(bench, bench.topic("t"), unknown);
                bench.row("alias " + unknown + " of a connection that is gone", () -> {
                    bench.connect().send(known, alias(bench, "", unknown)).expectNothing();
                    bench.connect().send(alias(bench, "", unknown)).expectThrownOut(PROTOCOL_ERROR, 0x94);
                });
            }
        }
    }

    private static byte[] alias(Bench bench, String topic, int alias) {
        return bench.publishPacket(topic, "m").with(Property.TOPIC_ALIAS, alias).toArray();
    }

    private static void filters(Hostile hostile) throws Exception {
        for (String filter : WRONG_FILTERS) {
            hostile.filterRefused("'" + filter + "'", subscribe(hostile.bench(), filter, 0));
        }
    }

    private static byte[] subscribe(Bench bench, String filter, int options) {
        return new SubscribePacket(bench.version(), 1).filter(filter, options).toArray();
    }

    private static void shared(Hostile hostile) throws Exception {
        Bench bench = hostile.bench();
        bench.skipUnless(bench.capabilities().sharedSubscriptions(), "the broker has no shared subscriptions");
        for (String filter : List.of(
                "$share/",
                "$share//",
                "$share//a",
                "$share/g",
                "$share/g/",
                "$share/+",
                "$share/#",
                "$share/+/a",
                "$share/#/a",
                "$share/g+/a",
                "$share/+g/a",
                "$share/g#/a",
                "$share/#g/a",
                "$share/g/a#",
                "$share/g/a+",
                "$share/g/#/a",
                "$share/g/a/#/",
                "$share///#/")) {
            hostile.filterRefused("'" + filter + "'", subscribe(bench, filter, 0));
        }
        // They look alike, but are filters as any other, which a broker may take or not.
        for (String filter : List.of("$share", "$SHARE/g/a", "$shared/g", "/$share/g/a")) {
            hostile.handled("'" + filter + "'", subscribe(bench, filter, 0));
        }
        for (String filter : List.of("$share/g//", "$share/g/$share/g/a", "$share/g/ ")) {
            hostile.taken("'" + filter + "'", subscribe(bench, filter, 0), PacketType.SUBACK);
        }
        String filter = "$share/g/" + bench.topic("t");
        byte[] noLocal = subscribe(bench, filter, SubscribePacket.NO_LOCAL);
        hostile.thrownOut("no local on a shared subscription", noLocal, PROTOCOL_ERROR);
        byte[] second = new SubscribePacket(bench.version(), 1)
                .filter(bench.topic("t"), SubscribePacket.NO_LOCAL)
                .filter(filter, SubscribePacket.NO_LOCAL)
                .toArray();
        hostile.thrownOut("no local on a shared subscription that is the second", second, PROTOCOL_ERROR);
    }

    private static void options(Hostile hostile) throws Exception {
        Bench bench = hostile.bench();
        for (int options = 3; options < 256; options++) {
            // In v5, all bits have a meaning but two; what means nothing there is QoS 3 and Retain Handling 3.
            boolean reserved = !hostile.v5() || (options & 0xC0) != 0;
            boolean unknown = (options & 3) == 3 || (options & 0x30) == 0x30;
            if (reserved || unknown) {
                int[] codes = !unknown
                        ? new int[] {MALFORMED}
                        : reserved ? new int[] {MALFORMED, PROTOCOL_ERROR} : new int[] {PROTOCOL_ERROR};
                hostile.thrownOut("options " + options, subscribe(bench, bench.topic("t"), options), codes);
            }
        }
        byte[] second = new SubscribePacket(bench.version(), 1)
                .filter(bench.topic("t"), 0)
                .filter(bench.topic("u"), 0x40)
                .toArray();
        hostile.thrownOut("a reserved option of the second filter", second, MALFORMED);
    }

    private static void identifiers(Hostile hostile) throws Exception {
        Bench bench = hostile.bench();
        byte[] filter = new Bytes().text(bench.topic("t")).toArray();
        byte[] subscribe = new SubscribePacket(bench.version(), 0)
                .filter(bench.topic("t"), 0)
                .toArray();
        hostile.thrownOut("SUBSCRIBE", subscribe, MALFORMED, PROTOCOL_ERROR);
        byte[] unsubscribe = Packets.unsubscribe(bench.version(), 0, new Properties(), filter);
        hostile.thrownOut("UNSUBSCRIBE", unsubscribe, MALFORMED, PROTOCOL_ERROR);
        for (int qos = 1; qos <= bench.capabilities().maximumQos(); qos++) {
            PublishPacket publish = bench.publishPacket(bench.topic("t"), "m").qos(qos, 0);
            hostile.thrownOut("PUBLISH at QoS " + qos, publish.toArray(), MALFORMED, PROTOCOL_ERROR);
            hostile.thrownOut("its repetition", publish.dup().toArray(), MALFORMED, PROTOCOL_ERROR);
        }
        for (PacketType type : List.of(PacketType.PUBACK, PacketType.PUBREC, PacketType.PUBREL, PacketType.PUBCOMP)) {
            // No packet has this identifier; that an answer has it is not forbidden in so many words.
            hostile.handled(type + " for 0", Packets.ack(type, 0));
            hostile.handled(type + " for what never was", Packets.ack(type, 0xFFFF));
        }
    }

    private static void reasonCodes(Hostile hostile) throws Exception {
        List<Integer> ofPublish = List.of(0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99);
        List<Integer> ofRelease = List.of(0x00, 0x92);
        List<Integer> ofDisconnect =
                List.of(0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99);
        for (int code : new int[] {
            0x01, 0x02, 0x03, 0x04, 0x0F, 0x10, 0x11, 0x18, 0x19, 0x7F, 0x80, 0x81, 0x82, 0x87, 0x89, 0x8B, 0x8D, 0x8E,
            0x8F, 0x91, 0x92, 0x99, 0x9B, 0x9C, 0x9D, 0xA0, 0xA2, 0xA3, 0xC0, 0xFE, 0xFF
        }) {
            for (PacketType type : List.of(PacketType.PUBACK, PacketType.PUBREC)) {
                reasonCode(hostile, type, ofPublish, code);
            }
            for (PacketType type : List.of(PacketType.PUBREL, PacketType.PUBCOMP)) {
                reasonCode(hostile, type, ofRelease, code);
            }
            if (!ofDisconnect.contains(code)) {
                byte[] packet = Packets.packet(PacketType.DISCONNECT.first(), code);
                hostile.thrownOut("DISCONNECT with " + code, packet, MALFORMED, PROTOCOL_ERROR);
            }
            byte[] auth = Packets.auth(code, new Properties().text(Property.AUTHENTICATION_METHOD, "m"));
            hostile.thrownOut("AUTH with " + code, auth, MALFORMED, PROTOCOL_ERROR);
        }
    }

    private static void reasonCode(Hostile hostile, PacketType type, List<Integer> own, int code) throws Exception {
        if (!own.contains(code)) {
            byte[] packet = Packets.ack(type, 1, code);
            hostile.thrownOut(type + " with " + code, packet, MALFORMED, PROTOCOL_ERROR);
        }
    }
}
