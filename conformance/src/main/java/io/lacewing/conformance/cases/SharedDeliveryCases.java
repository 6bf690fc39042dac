package io.lacewing.conformance.cases;

import static io.lacewing.conformance.cases.SharedCases.filter;
import static io.lacewing.conformance.cases.SharedCases.shared;
import static io.lacewing.conformance.cases.Subscriber.check;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.suite.Failure;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.Properties;
import io.lacewing.conformance.wire.Property;
import java.time.Duration;
import java.util.List;

/** What becomes of a message that a member of a group does not take (4.8.2): it stays, moves, or is given up. */
final class SharedDeliveryCases implements Chapter {

    @Override
    public void addTo(Cases cases) {
        cases.of(
                        "shared.qos2-is-completed",
                        "A QoS 2 delivery that a lost connection broke off goes on with that member")
                .v5("MQTT-4.8.2-4")
                .run(shared(bench -> {
                    for (boolean received : new boolean[] {false, true}) {
                        bench.row(received ? "after PUBREC" : "before PUBREC", () -> completed(bench, received));
                    }
                }));
        cases.of("shared.qos2-does-not-move", "A QoS 2 message does not move to another member when the session ends")
                .v5("MQTT-4.8.2-5")
                .run(shared(bench -> {
                    for (End end : End.values()) {
                        for (boolean received : new boolean[] {false, true}) {
                            String what = end + (received ? " after PUBREC" : " before PUBREC");
                            bench.row(what, () -> notMoved(bench, end, received));
                        }
                    }
                }));
        cases.of("shared.refused-is-discarded", "A message that a member refuses goes to nobody else")
                .v5("MQTT-4.8.2-6")
                .run(shared(bench -> {
                    for (int code : new int[] {0x80, 0x83, 0x87, 0x97, 0x99}) {
                        bench.row("PUBACK " + code, () -> refused(bench, 1, code));
                        bench.row("PUBREC " + code, () -> refused(bench, 2, code));
                    }
                }));
        cases.of("shared.qos1-moves", "A QoS 1 message that nobody took when the session ended goes to another member")
                .v5("MQTT-4.8.2-3", "MQTT-4.8.2-5")
                .run(shared(bench -> {
                    bench.skipUnless(bench.strict(), "that QoS 1 messages move is only recommended");
                    for (End end : End.values()) {
                        bench.row(end.toString(), () -> moved(bench, end));
                    }
                }));
        cases.of("shared.waits-for-a-member", "A message waits for the group's only session as for any other")
                .v5("MQTT-4.5.0-1", "MQTT-4.8.2-3")
                .run(shared(bench -> {
                    String id = bench.clientId();
                    Client member = bench.connect(bench.connectPacket(id).persistent(30));
                    member.subscribe(filter(bench, "g", "t"), 1);
                    member.disconnect();
                    Client publisher = bench.connect();
                    publisher.publish(bench.topic("t"), "one", 1);
                    publisher.publish(bench.topic("t"), "two", 1);
                    Client again = bench.connect(bench.connectPacket(id).persistent(30));
                    again.expectPublish("one");
                    again.expectPublish("two");
                    bench.connect(bench.connectPacket(id));
                }));
    }

    /** How a session ends. */
    private enum End {
        /** It expires a second after its connection. */
        EXPIRY,
        /** It ends with its connection. */
        DROP,
        /** A new session takes its place. */
        CLEAN_START,
        /** DISCONNECT says so. */
        DISCONNECT
    }

    /** The first member of a group, with a message at this QoS that it has got and not answered. */
    private static final class Holder {
        private final Bench bench;
        private final String id;
        private final String group;
        private Client client;
        private Packet message;

        Holder(Bench bench, long expiry, int qos, String payload) {
            this.bench = bench;
            bench.skipUnless(bench.capabilities().maximumQos() >= qos, "the broker does not do QoS " + qos);
            id = bench.clientId();
            group = filter(bench, "g" + id, "t" + id);
            client = bench.connect(bench.connectPacket(id).persistent(expiry));
            client.subscribe(group, qos);
            publish(payload, qos);
            message = client.expectPublish(payload);
            check(qos, message.qos(), "the QoS");
        }

        void publish(String payload, int qos) {
            bench.connect().publish(bench.topic("t" + id), payload, qos);
        }

        /** Another member, which joins now. */
        Subscriber other() {
            return Subscriber.connect(bench).subscribe(group, message.qos()).subscribe(bench.topic("end" + id), 1);
        }

        void receive() {
            client.send(Packets.ack(PacketType.PUBREC, message.packetId()));
            client.expectAck(PacketType.PUBREL, message.packetId());
        }

        void end(End how) {
            switch (how) {
                case EXPIRY -> {
                    client.drop();
                    bench.letPass(Duration.ofMillis(2_500));
                }
                case DROP -> client.drop();
                case CLEAN_START -> {
                    client.drop();
                    bench.connect(bench.connectPacket(id));
                }
                case DISCONNECT -> client.disconnect();
            }
        }

        /** How long the session must last for it to end this way. */
        static long expiry(End how) {
            return switch (how) {
                case EXPIRY -> 1;
                case CLEAN_START -> 60;
                case DROP, DISCONNECT -> 0;
            };
        }

        /** What the other got, apart from what {@link #publish} sent to find out. */
        List<String> otherGot(Subscriber other) {
            bench.connect().publish(bench.topic("end" + id), "end", 1);
            return other.textsUntil("end");
        }
    }

    private static void completed(Bench bench, boolean received) {
        Holder holder = new Holder(bench, 30, 2, "once");
        Subscriber other = holder.other();
        if (received) {
            holder.receive();
        }
        holder.client.drop();
        check(List.of(), holder.otherGot(other), "what came to the other while the member was away");
        Client again = bench.connect(bench.connectPacket(holder.id).persistent(30));
        int id = holder.message.packetId();
        if (!received) {
            Packet packet = again.expectPublish("once");
            check(true, packet.dup() && packet.packetId() == id, "that " + packet + " is DUP, with its identifier");
            again.send(Packets.ack(PacketType.PUBREC, id));
        }
        again.expectAck(PacketType.PUBREL, id);
        again.send(Packets.ack(PacketType.PUBCOMP, id)).expectNothing();
        check(List.of(), holder.otherGot(other), "what came to the other");
        again.disconnect();
        bench.connect(bench.connectPacket(holder.id));
    }

    private static void notMoved(Bench bench, End end, boolean received) {
        Holder holder = new Holder(bench, Holder.expiry(end), 2, "once");
        Subscriber other = holder.other();
        if (received) {
            holder.receive();
        }
        holder.end(end);
        awaitAlone(holder, other);
        check(List.of(), holder.otherGot(other), "what came to the other");
    }

    /**
     * The holder's session has ended for the group, too: messages go to the other. What had been sent to the holder and was to
     * move would have moved with the end of the session, before these.
     */
    private static void awaitAlone(Holder holder, Subscriber other) {
        for (int i = 0; i < 3; i++) {
            holder.publish("probe", 1);
            Packet packet = other.poll(holder.bench.patience());
            if (packet == null || !packet.text().equals("probe")) {
                throw new Failure("the other member should get what is published now, not " + packet);
            }
        }
    }

    private static void refused(Bench bench, int qos, int code) {
        Holder holder = new Holder(bench, 30, qos, "refused");
        Subscriber other = holder.other();
        PacketType type = qos == 1 ? PacketType.PUBACK : PacketType.PUBREC;
        holder.client.send(Packets.ack(type, holder.message.packetId(), code));
        holder.client.expectNothing();
        check(List.of(), holder.otherGot(other), "what came to the other");
        holder.client.drop();
        Client again = bench.connect(bench.connectPacket(holder.id).persistent(30));
        again.expectNothing();
        // Nor does it come up when the session ends.
        again.send(Packets.disconnect(0, new Properties().number(Property.SESSION_EXPIRY_INTERVAL, 0)));
        again.expectClosed();
        awaitAlone(holder, other);
        check(List.of(), holder.otherGot(other), "what came to the other after the session's end");
    }

    private static void moved(Bench bench, End end) {
        Holder holder = new Holder(bench, Holder.expiry(end), 1, "moves");
        Subscriber other = holder.other();
        holder.end(end);
        other.until("moves");
        check(List.of(), holder.otherGot(other), "what came to the other besides");
    }
}
