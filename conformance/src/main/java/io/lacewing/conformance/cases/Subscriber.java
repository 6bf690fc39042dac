package io.lacewing.conformance.cases;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.suite.Failure;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.SubscribePacket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client that acknowledges what it gets, and keeps it for the case to look at. It takes PUBLISHes at any time, so that a
 * broker may send them before a SUBACK, as the standards allow.
 */
final class Subscriber {
    private final Bench bench;
    private final Client client;
    private final List<Packet> taken = new ArrayList<>();

    Subscriber(Bench bench, Client client) {
        this.bench = bench;
        this.client = client;
    }

    /** A subscriber on a connection of its own. */
    static Subscriber connect(Bench bench) {
        return new Subscriber(bench, bench.connect());
    }

    Client client() {
        return client;
    }

    /** A SUBSCRIBE to be changed and sent. */
    SubscribePacket subscribePacket() {
        return new SubscribePacket(bench.version(), client.nextPacketId());
    }

    /** Sends it and waits for its SUBACK, whatever its codes. */
    Packet subscribe(SubscribePacket packet) {
        client.send(packet.toArray());
        Packet suback = await(PacketType.SUBACK);
        if (suback.packetId() != packet.packetId()) {
            throw new Failure("SUBACK should have packet identifier " + packet.packetId() + ", not " + suback);
        }
        return suback;
    }

    /** Subscribes; the code must be the QoS of {@code options}. */
    Subscriber subscribe(String filter, int options) {
        Packet suback = subscribe(subscribePacket().filter(filter, options));
        if (suback.reason() != (options & 3)) {
            throw new Failure("'" + filter + "' should be granted QoS " + (options & 3) + ", the answer is " + suback);
        }
        return this;
    }

    /** Unsubscribes and waits for the UNSUBACK. */
    Packet unsubscribe(String... filters) {
        int id = client.nextPacketId();
        client.send(Packets.unsubscribe(bench.version(), id, filters));
        Packet unsuback = await(PacketType.UNSUBACK);
        if (unsuback.packetId() != id) {
            throw new Failure("UNSUBACK should have packet identifier " + id + ", not " + unsuback);
        }
        return unsuback;
    }

    /** Publishes and waits for the whole handshake. */
    void publish(String topic, String payload, int qos) {
        int id = qos == 0 ? 0 : client.nextPacketId();
        client.send(bench.publishPacket(topic, payload).qos(qos, id).toArray());
        if (qos == 1) {
            await(PacketType.PUBACK);
        } else if (qos == 2) {
            await(PacketType.PUBREC);
            client.send(Packets.ack(PacketType.PUBREL, id));
            await(PacketType.PUBCOMP);
        }
    }

    /** Waits for a packet of this type, which is not PUBLISH or PUBREL, and takes the PUBLISHes before it. */
    Packet await(PacketType type) {
        while (true) {
            Packet packet = client.receive();
            if (packet.type() == type) {
                return packet;
            }
            take(packet);
        }
    }

    private void take(Packet packet) {
        if (packet.type() == PacketType.PUBLISH) {
            taken.add(packet);
            if (packet.qos() > 0) {
                PacketType answer = packet.qos() == 1 ? PacketType.PUBACK : PacketType.PUBREC;
                client.send(Packets.ack(answer, packet.packetId()));
            }
        } else if (packet.type() == PacketType.PUBREL) {
            client.send(Packets.ack(PacketType.PUBCOMP, packet.packetId()));
        } else {
            throw new Failure("no " + packet + " should come");
        }
    }

    /** Takes PUBLISHes until one has this payload: all that were taken since the last call, without that one. */
    List<Packet> until(String payload) {
        while (taken.stream().noneMatch(packet -> packet.text().equals(payload))) {
            take(client.receive());
        }
        // What was written with it has come, too.
        client.send(Packets.pingreq());
        await(PacketType.PINGRESP);
        List<Packet> found =
                taken.stream().filter(packet -> !packet.text().equals(payload)).toList();
        taken.clear();
        return found;
    }

    /** Takes what comes within this time: the PUBLISH, or null if there was none. It is not kept. */
    @Nullable
    Packet poll(Duration within) {
        Packet packet = client.poll(within);
        if (packet == null) {
            return null;
        }
        take(packet);
        return packet.type() == PacketType.PUBLISH ? taken.removeLast() : null;
    }

    /** As {@link #until}: the payloads, sorted. */
    List<String> textsUntil(String payload) {
        return texts(until(payload));
    }

    /** The payloads, sorted. */
    static List<String> texts(List<Packet> publishes) {
        return publishes.stream().map(Packet::text).sorted().toList();
    }

    /** What was got is what should be. */
    static void check(Object expected, Object got, String what) {
        if (!expected.equals(got)) {
            throw new Failure(what + " should be " + expected + ", not " + got);
        }
    }
}
