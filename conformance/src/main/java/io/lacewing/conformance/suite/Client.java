package io.lacewing.conformance.suite;

import io.lacewing.conformance.wire.ConnectPacket;
import io.lacewing.conformance.wire.MalformedException;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.PublishPacket;
import io.lacewing.conformance.wire.SubscribePacket;
import io.lacewing.conformance.wire.Version;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the broker, byte by byte. It answers nothing by itself: not even a QoS 1 PUBLISH. Each method that waits
 * throws {@link Failure} when the target's patience is over, or when something else came. Used by one thread at a time.
 */
public final class Client implements AutoCloseable {
    private final String name;
    private final Version version;
    private final Channel channel;
    private final Transcript transcript;
    private final Duration patience;
    private final boolean strict;
    private int lastPacketId;

    Client(String name, Version version, Channel channel, Transcript transcript, Target target) {
        this.name = name;
        this.version = version;
        this.channel = channel;
        this.transcript = transcript;
        this.patience = target.patience();
        this.strict = target.strict();
    }

    private boolean v5() {
        return version == Version.V5;
    }

    /** A packet identifier that this connection has not used. */
    public int nextPacketId() {
        return ++lastPacketId;
    }

    // ---- to the broker ----

    /** Sends bytes as they are, all in one write. */
    public Client send(byte[]... packets) {
        for (byte[] packet : packets) {
            transcript.sent(name, packet);
        }
        try {
            channel.send(packets);
        } catch (IOException e) {
            // The broker has closed; what it did is judged by what can be read.
            transcript.add(name, "   could not be sent: " + e.getMessage());
        }
        return this;
    }

    /** Shuts this side down, as a client that dies in the middle of a packet: the broker sees the end of the stream. */
    public Client finish() {
        transcript.add(name, "-> end of stream");
        try {
            channel.finish();
        } catch (IOException e) {
            transcript.add(name, "   could not be ended: " + e.getMessage());
        }
        return this;
    }

    /** Sends CONNECT and waits for a CONNACK without an error. */
    public Packet connect(ConnectPacket packet) {
        send(packet.toArray());
        Packet connack = expect(PacketType.CONNACK);
        if (connack.reason() != 0) {
            throw new Failure("CONNECT should be accepted, the answer is " + connack);
        }
        return connack;
    }

    /** Subscribes and waits for the SUBACK: its code must be {@code options}' QoS. */
    public Packet subscribe(String filter, int options) {
        Packet suback = subscribe(new SubscribePacket(version, nextPacketId()).filter(filter, options));
        if (suback.reason() != (options & 3)) {
            throw new Failure("'" + filter + "' should be granted QoS " + (options & 3) + ", the answer is " + suback);
        }
        return suback;
    }

    /** Sends a SUBSCRIBE and waits for its SUBACK, whatever its codes; PUBLISHes before it are a {@link Failure}. */
    public Packet subscribe(SubscribePacket packet) {
        send(packet.toArray());
        Packet suback = expect(PacketType.SUBACK);
        if (suback.packetId() != packet.packetId()) {
            throw new Failure("SUBACK should have packet identifier " + packet.packetId() + ", not " + suback);
        }
        return suback;
    }

    /** Unsubscribes and waits for the UNSUBACK. */
    public Packet unsubscribe(String... filters) {
        int id = nextPacketId();
        send(Packets.unsubscribe(version, id, filters));
        Packet unsuback = expect(PacketType.UNSUBACK);
        if (unsuback.packetId() != id) {
            throw new Failure("UNSUBACK should have packet identifier " + id + ", not " + unsuback);
        }
        return unsuback;
    }

    /** Publishes at any QoS and waits for the whole handshake. */
    public void publish(String topic, String payload, int qos) {
        publish(new PublishPacket(version, topic, payload).qos(qos, qos == 0 ? 0 : nextPacketId()));
    }

    /** Publishes with the RETAIN flag at QoS 1 and waits for the PUBACK. */
    public void retain(String topic, String payload) {
        publish(new PublishPacket(version, topic, payload)
                .qos(1, nextPacketId())
                .retain());
    }

    /** Sends a PUBLISH and waits for its whole handshake; an error code is a {@link Failure}. */
    public void publish(PublishPacket packet) {
        send(packet.toArray());
        if (packet.qos() == 1) {
            expectAck(PacketType.PUBACK, packet.packetId());
        } else if (packet.qos() == 2) {
            expectAck(PacketType.PUBREC, packet.packetId());
            send(Packets.ack(PacketType.PUBREL, packet.packetId()));
            expectAck(PacketType.PUBCOMP, packet.packetId());
        }
    }

    /** Does what is the receiver's part of a PUBLISH: PUBACK, or PUBREC and, after PUBREL has come, PUBCOMP. */
    public void acknowledge(Packet publish) {
        int id = publish.packetId();
        if (publish.qos() == 1) {
            send(Packets.ack(PacketType.PUBACK, id));
        } else if (publish.qos() == 2) {
            send(Packets.ack(PacketType.PUBREC, id));
            expectAck(PacketType.PUBREL, id);
            send(Packets.ack(PacketType.PUBCOMP, id));
        }
    }

    // ---- from the broker ----

    /** The next packet; null if the broker has closed the connection. */
    private @Nullable Packet next(Duration within) {
        try {
            byte[] bytes = channel.receive(within);
            if (bytes == null) {
                transcript.add(name, "<- closed");
                return null;
            }
            int header = 1;
            while ((bytes[header++] & 0x80) != 0) {
                // the remaining length, which the channel has checked
            }
            Packet packet =
                    Packet.parse(version, bytes[0], Arrays.copyOfRange(bytes, header, bytes.length), bytes.length);
            transcript.add(name, "<- " + packet);
            return packet;
        } catch (MalformedException e) {
            throw new Failure("the broker sent a packet that the standard does not allow: " + e.getMessage(), e);
        } catch (SocketTimeoutException e) {
            throw new Silence(e);
        } catch (IOException e) {
            transcript.add(name, "<- " + e);
            return null;
        }
    }

    /** Nothing came. */
    private static final class Silence extends RuntimeException {
        private static final long serialVersionUID = 1;

        Silence(Throwable cause) {
            super("nothing came", cause);
        }
    }

    /** The next packet, whatever it is. */
    public Packet receive() {
        return receive(patience);
    }

    /** The next packet, whatever it is, for which the standard allows some time. */
    public Packet receive(Duration within) {
        try {
            Packet packet = next(within);
            if (packet == null) {
                throw new Failure("the connection should be open, the broker closed it");
            }
            return packet;
        } catch (Silence e) {
            throw new Failure("a packet should come, none came within " + within.toMillis() + " ms", e);
        }
    }

    /** The next packet, whatever it is; null if none came within this time. */
    public @Nullable Packet poll(Duration within) {
        try {
            Packet packet = next(within);
            if (packet == null) {
                throw new Failure("the connection should be open, the broker closed it");
            }
            return packet;
        } catch (Silence e) {
            return null;
        }
    }

    /** The next packet, whatever it is; null if the broker closes the connection instead. */
    public @Nullable Packet receiveOrClose() {
        try {
            return next(patience);
        } catch (Silence e) {
            throw new Failure("a packet or the close should come, neither came", e);
        }
    }

    /** The next packet, which must be of this type. */
    public Packet expect(PacketType type) {
        Packet packet;
        try {
            packet = receive();
        } catch (Failure e) {
            throw new Failure(type + " should come: " + e.getMessage(), e);
        }
        if (packet.type() != type) {
            throw new Failure(type + " should come, " + packet + " came");
        }
        return packet;
    }

    /** The next packet, which must be this acknowledgement, without an error. */
    public Packet expectAck(PacketType type, int packetId) {
        Packet packet = expect(type);
        if (packet.packetId() != packetId || packet.reasons().stream().anyMatch(code -> code >= 0x80)) {
            throw new Failure(type + " for " + packetId + " should come, " + packet + " came");
        }
        return packet;
    }

    /** The next packet, which must be a PUBLISH with this payload. */
    public Packet expectPublish(String payload) {
        Packet packet = expect(PacketType.PUBLISH);
        if (!packet.text().equals(payload)) {
            throw new Failure("a PUBLISH of '" + payload + "' should come, " + packet + " came");
        }
        return packet;
    }

    /** The next PUBLISHes, which must be of these payloads in any order. */
    public List<Packet> expectPublishes(String... payloads) {
        List<String> missing = new ArrayList<>(List.of(payloads));
        List<Packet> found = new ArrayList<>();
        while (!missing.isEmpty()) {
            Packet packet = expect(PacketType.PUBLISH);
            if (!missing.remove(packet.text())) {
                throw new Failure("PUBLISHes of " + missing + " should come, " + packet + " came");
            }
            found.add(packet);
        }
        return found;
    }

    /**
     * Nothing comes but the answer to a PINGREQ. So whatever the broker had written to this connection before must have
     * come; what is still on its way through the broker is not seen.
     */
    public void expectNothing() {
        send(Packets.pingreq());
        expect(PacketType.PINGRESP);
    }

    /** Nothing comes for so long. Only where nothing but time can tell. */
    public void expectSilence(Duration time) {
        try {
            Packet packet = next(time);
            throw new Failure(
                    "nothing should come, " + (packet == null ? "the connection was closed" : packet + " came"));
        } catch (Silence e) {
            transcript.add(name, "   silent for " + time.toMillis() + " ms, as it should");
        }
    }

    /** The broker closes the connection, and sends nothing more. */
    public void expectClosed() {
        expectClosed(patience);
    }

    /** The broker closes the connection within this time, and sends nothing more. */
    public void expectClosed(Duration within) {
        Packet packet;
        try {
            packet = next(within);
        } catch (Silence e) {
            throw new Failure(
                    "the broker should close the connection, it is open after " + within.toMillis() + " ms", e);
        }
        if (packet != null) {
            throw new Failure("the broker should close the connection, " + packet + " came");
        }
    }

    /**
     * The broker ends an accepted connection: for v5 after a DISCONNECT with one of {@code reasons}, which only a strict
     * target must send; for v3 without a word. Answers to what was sent before may come first.
     */
    public void expectThrownOut(int... reasons) {
        expectThrownOut(patience, reasons);
    }

    /** As {@link #expectThrownOut(int...)}, within this time. */
    public void expectThrownOut(Duration within, int... reasons) {
        Packet packet = lastPacket(within, PacketType.DISCONNECT);
        if (packet == null) {
            if (strict && v5()) {
                throw new Failure("a DISCONNECT with " + words(reasons) + " should come before the close");
            }
            return;
        }
        checkReason(packet, reasons);
        expectClosed();
    }

    /**
     * The broker refuses a CONNECT: for v5 by a CONNACK with one of {@code reasons}, for v3 by one with an error code; only
     * a strict v5 target must send it. Then it closes.
     */
    public void expectRefused(int... reasons) {
        Packet packet = lastPacket(patience, PacketType.CONNACK);
        if (packet == null) {
            if (strict && v5()) {
                throw new Failure("a CONNACK with " + words(reasons) + " should come before the close");
            }
            return;
        }
        if (v5()) {
            checkReason(packet, reasons);
        } else if (packet.reason() == 0) {
            throw new Failure("the CONNECT should be refused, the answer is " + packet);
        }
        expectClosed();
    }

    /**
     * The broker does not take a CONNECT, and is free to say why: it closes, for v5 after a CONNACK with one of {@code
     * reasons} or none, for v3 without one.
     */
    public void expectNotTaken(int... reasons) {
        if (!v5()) {
            expectClosed();
            return;
        }
        Packet packet = lastPacket(patience, PacketType.CONNACK);
        if (packet != null) {
            checkReason(packet, reasons);
            expectClosed();
        }
    }

    /**
     * The broker finds a CONNECT malformed: for v3 it closes without a CONNACK, for v5 as {@link #expectRefused} with one
     * of {@code reasons}.
     */
    public void expectMalformed(int... reasons) {
        if (v5()) {
            expectRefused(reasons);
        } else {
            expectClosed();
        }
    }

    /** The next packet, of this type, or null if the connection is closed instead; acknowledgements are left out. */
    private @Nullable Packet lastPacket(Duration within, PacketType type) {
        while (true) {
            Packet packet;
            try {
                packet = next(within);
            } catch (Silence e) {
                throw new Failure(
                        "the broker should close the connection, it is open after " + within.toMillis() + " ms", e);
            }
            if (packet == null || packet.type() == type) {
                return packet;
            }
            if (packet.type() == PacketType.CONNACK || packet.type() == PacketType.PUBLISH) {
                throw new Failure("the broker should close the connection, " + packet + " came");
            }
        }
    }

    private static void checkReason(Packet packet, int... reasons) {
        for (int reason : reasons) {
            if (packet.reason() == reason) {
                return;
            }
        }
        throw new Failure("a " + packet.type() + " with " + words(reasons) + " should come, not " + packet);
    }

    private static String words(int... reasons) {
        return Arrays.stream(reasons)
                .mapToObj(reason -> "0x" + HexFormat.of().withUpperCase().toHexDigits((byte) reason))
                .collect(Collectors.joining(" or "));
    }

    // ---- the end ----

    /** Sends DISCONNECT and waits for the broker to close. */
    public void disconnect() {
        send(Packets.disconnect());
        expectClosed();
    }

    /** Tears the connection down without a DISCONNECT, so that the broker publishes the will. */
    public void drop() {
        transcript.add(name, "-> closes");
        close();
    }

    @Override
    public void close() {
        channel.close();
    }
}
