package io.lacewing.conformance.cases;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.suite.Failure;
import io.lacewing.conformance.wire.ConnectPacket;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;

/** What cases do with sessions that outlive their connections. */
final class Sessions {
    private Sessions() {}

    /** Ends a session for good. */
    static void end(Bench bench, ConnectPacket session) {
        bench.connect(bench.connectPacket(session.clientId())).disconnect();
    }

    /** A session with one subscription, whose client has gone. It lasts for a minute. */
    static ConnectPacket away(Bench bench, String filter, int qos) {
        ConnectPacket session = bench.connectPacket().persistent(60);
        Client client = bench.connect(session);
        client.subscribe(filter, qos);
        client.disconnect();
        return session;
    }

    /** A client that comes back: the broker must say so whether it knows its session. */
    static Client back(Bench bench, ConnectPacket session, boolean present) {
        Client client = bench.open();
        Packet connack = client.connect(session);
        if (connack.sessionPresent() != present) {
            throw new Failure("Session Present should be " + (present ? 1 : 0) + " in " + connack);
        }
        return client;
    }

    /**
     * The broker has processed what {@code client} sent before, also if it keeps sessions far from connections: it has
     * answered a PUBREC, which came later.
     *
     * @return the packet identifier whose PUBREL comes again when the client is back
     */
    static int settle(Bench bench, Client client) {
        String topic = bench.topic(bench.clientId());
        client.subscribe(topic, 2);
        bench.connect().publish(bench.publishPacket(topic, "settle").qos(2, 1));
        int id = client.expectPublish("settle").packetId();
        client.send(Packets.ack(PacketType.PUBREC, id));
        client.expectAck(PacketType.PUBREL, id);
        return id;
    }
}
