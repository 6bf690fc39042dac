package io.lacewing.conformance.cases;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Case;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.suite.Failure;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;

/**
 * The rows of a case that sends what no client may send. Each has a connection of its own; all they share is a bystander,
 * connected before them, whom nothing of it may harm.
 */
final class Hostile {
    private final Bench bench;
    private final Client bystander;
    private final String topic;

    /** What a hostile case does, row by row. */
    @FunctionalInterface
    interface Rows {
        /** As {@link Case.Body#run}. */
        void run(Hostile hostile) throws Exception;
    }

    private Hostile(Bench bench) {
        this.bench = bench;
        this.bystander = bench.connect();
        this.topic = bench.topic("bystander");
        bystander.subscribe(topic, bench.capabilities().maximumQos());
    }

    /** A case of these rows, at whose end the bystander is looked after. */
    static Case.Body rows(Rows rows) {
        return bench -> {
            Hostile hostile = new Hostile(bench);
            rows.run(hostile);
            hostile.unharmed();
        };
    }

    private void unharmed() throws Exception {
        bench.row("the bystander", () -> {
            bystander.send(bench.publishPacket(topic, "well").toArray());
            bystander.expectPublish("well");
            bystander.expectNothing();
        });
    }

    Bench bench() {
        return bench;
    }

    boolean v5() {
        return bench.v5();
    }

    /** A client that has been accepted is thrown out for {@code sent}, for v5 with one of {@code reasons}. */
    void thrownOut(String what, byte[] sent, int... reasons) throws Exception {
        bench.row(what, () -> bench.connect().send(sent).expectThrownOut(reasons));
    }

    /** A malformed CONNECT: for v5 a CONNACK tells one of {@code reasons}, for v3 there is none [MQTT-3.1.4-1]. */
    void refused(String what, byte[] connect, int... reasons) throws Exception {
        bench.row(what, () -> bench.open().send(connect).expectMalformed(reasons));
    }

    /** As {@link #refused} where the packet is a CONNECT, else as {@link #thrownOut}. */
    void refused(PacketType type, String what, byte[] sent, int... reasons) throws Exception {
        if (type == PacketType.CONNECT) {
            refused(what, sent, reasons);
        } else {
            thrownOut(what, sent, reasons);
        }
    }

    /** What comes instead of a CONNECT ends the connection; the broker need not, but may say why. */
    void notTaken(String what, byte[]... sent) throws Exception {
        bench.row(what, () -> ends(bench.open().send(sent)));
    }

    /** The client dies after having sent this as its first, or after its CONNECT: the broker closes its side. */
    void dies(boolean connected, String what, byte[] sent) throws Exception {
        bench.row(what, () -> {
            Client client = connected ? bench.connect() : bench.open();
            ends(client.send(sent).finish());
        });
    }

    /** The connection ends; all that may come before is a DISCONNECT or CONNACK with an error code. */
    private static void ends(Client client) {
        Packet packet = client.receiveOrClose();
        if (packet != null) {
            boolean farewell = packet.type() == PacketType.DISCONNECT || packet.type() == PacketType.CONNACK;
            if (!farewell || packet.reason() == 0) {
                throw new Failure("the broker should close the connection, " + packet + " came");
            }
            client.expectClosed();
        }
    }

    /** The broker may do with this as it likes, but it does: it answers a PINGREQ after it, or ends the connection. */
    void handled(String what, byte[] sent) throws Exception {
        bench.row(what, () -> {
            Client client = bench.connect().send(sent, Packets.pingreq());
            Packet packet = client.receiveOrClose();
            while (packet != null && packet.type() != PacketType.PINGRESP) {
                packet = client.receiveOrClose();
            }
        });
    }

    /** The answer to {@code sent} is one of this type without an error, and the connection goes on. */
    void taken(String what, byte[] sent, PacketType answer) throws Exception {
        bench.row(what, () -> {
            Client client = bench.connect().send(sent);
            Packet packet = client.expect(answer);
            if (packet.reasons().stream().anyMatch(code -> code >= 0x80)) {
                throw new Failure("it should be taken, the answer is " + packet);
            }
            client.expectNothing();
        });
    }

    /** A SUBSCRIBE whose filter is wrong: an error code in the SUBACK, or the end of the connection. */
    void filterRefused(String what, byte[] sent) throws Exception {
        bench.row(what, () -> {
            Client client = bench.connect().send(sent);
            Packet packet = client.receiveOrClose();
            if (packet == null) {
                return;
            }
            if (packet.reason() < 0x80) {
                throw new Failure("the filter should be refused, the answer is " + packet);
            }
            if (packet.type() == PacketType.SUBACK) {
                client.expectNothing();
            } else {
                client.expectClosed();
            }
        });
    }
}
