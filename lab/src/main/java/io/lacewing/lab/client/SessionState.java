package io.lacewing.lab.client;

import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.PublishPacket;
import io.lacewing.conformance.wire.Version;
import io.lacewing.lab.history.ClientLog;
import io.lacewing.lab.history.Finding;
import io.lacewing.lab.history.History;
import io.lacewing.lab.history.Sends.Manner;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The client's half of a session (4.1, 4.3): what it has sent and is not answered, and which QoS 2 packet identifiers it has
 * seen. Gives back the packets to send; records first, then answers. Guarded by its client.
 */
final class SessionState {
    private static final int LAST_PACKET_ID = 60_000;
    private static final int ERROR = 0x80;

    private final History history;
    private final ClientLog log;
    private final String padding;
    private final Map<Integer, Outgoing> outgoing = new LinkedHashMap<>();
    private final BitSet incoming = new BitSet();
    private int lastPacketId;

    /** A message on its way to the broker; {@code released} once its PUBREC has come. */
    private record Outgoing(int number, String topic, int qos, Manner manner, boolean released) {}

    SessionState(History history, ClientLog log, int payloadSize) {
        this.history = history;
        this.log = log;
        this.padding = " ".repeat(payloadSize);
    }

    /** How many QoS 1 and 2 messages are not answered to the end. */
    int open() {
        return outgoing.size();
    }

    /** Begins a publish; gives the packet. */
    byte[] publish(String topic, int qos, Manner manner) {
        int number = log.sends().begin(history.topic(topic), qos, manner);
        Outgoing message = new Outgoing(number, topic, qos, manner, false);
        int id = 0;
        if (qos > 0) {
            id = freePacketId();
            outgoing.put(id, message);
        }
        return packet(message, id).toArray();
    }

    private int freePacketId() {
        do {
            lastPacketId = lastPacketId % LAST_PACKET_ID + 1;
        } while (outgoing.containsKey(lastPacketId));
        return lastPacketId;
    }

    private PublishPacket packet(Outgoing message, int id) {
        String payload = message.manner == Manner.REMOVES_RETAINED ? "" : log.index() + " " + message.number + padding;
        PublishPacket packet = new PublishPacket(Version.V5, message.topic, payload).qos(message.qos, id);
        return message.manner == Manner.PLAIN ? packet : packet.retain();
    }

    /** The session is there again: what is not answered, in the order in which it was first sent (4.4, 4.6). */
    List<byte[]> resume() {
        List<byte[]> packets = new ArrayList<>();
        outgoing.forEach((id, message) -> packets.add(
                message.released
                        ? Packets.ack(PacketType.PUBREL, id)
                        : packet(message, id).dup().toArray()));
        return packets;
    }

    /** The session is not there, or not any more: its state is dropped. */
    void drop() {
        outgoing.values().stream()
                .filter(message -> !message.released)
                .forEach(message -> log.sends().givenUp(message.number));
        outgoing.clear();
        incoming.clear();
    }

    /** A packet of a message flow came; gives the answer, or null. */
    byte @Nullable [] handle(Packet packet, int connection) {
        int id = packet.packetId();
        return switch (packet.type()) {
            case PUBLISH -> delivered(packet, connection);
            case PUBREL -> {
                incoming.clear(id);
                yield Packets.ack(PacketType.PUBCOMP, id);
            }
            case PUBACK -> {
                answered(packet, outgoing.remove(id), 1);
                yield null;
            }
            case PUBREC -> received(packet);
            case PUBCOMP -> {
                Outgoing message = outgoing.remove(id);
                if (message == null || !message.released) {
                    complain("PUBCOMP for packet identifier " + id + ", which has no PUBREL");
                }
                yield null;
            }
            default -> {
                complain("not expected here: " + packet);
                yield null;
            }
        };
    }

    private byte @Nullable [] received(Packet packet) {
        int id = packet.packetId();
        Outgoing message = outgoing.get(id);
        if (packet.reason() >= ERROR) {
            answered(packet, outgoing.remove(id), 2);
            return null;
        }
        if (message == null || !message.released) {
            answered(packet, message, 2);
        }
        if (message != null) {
            outgoing.put(id, new Outgoing(message.number, message.topic, message.qos, message.manner, true));
        }
        return Packets.ack(PacketType.PUBREL, id);
    }

    private void answered(Packet packet, @Nullable Outgoing message, int qos) {
        if (message == null || message.qos != qos) {
            complain(packet + " answers nothing that was sent");
        } else if (packet.reason() >= ERROR) {
            log.sends().refused(message.number);
        } else {
            log.sends().acknowledged(message.number);
        }
    }

    private byte @Nullable [] delivered(Packet packet, int connection) {
        int id = packet.packetId();
        if (packet.qos() == 2 && incoming.get(id)) {
            log.deliveries().suppressed();
        } else {
            pass(packet, connection);
        }
        return switch (packet.qos()) {
            case 0 -> null;
            case 1 -> Packets.ack(PacketType.PUBACK, id);
            default -> {
                incoming.set(id);
                yield Packets.ack(PacketType.PUBREC, id);
            }
        };
    }

    private void pass(Packet packet, int connection) {
        String[] words = packet.text().split(" ", 3);
        int publisher = words.length < 2 ? -1 : number(words[0]);
        int number = words.length < 2 ? -1 : number(words[1].strip());
        boolean known = publisher >= 0
                && number >= 0
                && publisher < history.clients().size()
                && number < history.clients().get(publisher).sends().count()
                && history.clients().get(publisher).sends().topic(number) == history.topic(packet.topic());
        if (known) {
            log.deliveries().add(publisher, number, connection, packet.dup(), packet.retain());
        } else {
            history.complain(Finding.Kind.INVENTED, log.id(), "got " + packet);
        }
    }

    private static int number(String word) {
        return word.chars().allMatch(c -> c >= '0' && c <= '9') && !word.isEmpty() && word.length() < 10
                ? Integer.parseInt(word)
                : -1;
    }

    private void complain(String what) {
        history.complain(Finding.Kind.PROTOCOL, log.id(), what);
    }
}
