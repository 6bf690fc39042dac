package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lacewing.node.BrokerFixture;
import io.lacewing.node.mqtt.Bytes;
import io.lacewing.node.mqtt.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Assertions;

/**
 * A client that sends exactly what a test says and shows exactly what comes; it acknowledges nothing by itself. Properties
 * are hexadecimal, as in {@link Bytes}.
 */
public final class PacketClient implements AutoCloseable {
    private final RawClient raw;
    private final boolean v5;
    /** Came before the PUBREL that {@link #take} waited for. */
    private final ArrayDeque<Received> early = new ArrayDeque<>();

    private int lastId;

    private PacketClient(RawClient raw, boolean v5) {
        this.raw = raw;
        this.v5 = v5;
    }

    /** A connection on which a client of MQTT 5 has said nothing yet. */
    public static PacketClient v5(BrokerFixture broker) throws IOException {
        return new PacketClient(broker.raw(), true);
    }

    /** As {@link #v5(BrokerFixture)} or {@link #v3}, at a port. */
    public static PacketClient at(int port, boolean v5) throws IOException {
        return new PacketClient(new RawClient(port), v5);
    }

    /** As {@link #v5(BrokerFixture)}, on a connection that is there. */
    public static PacketClient over(RawClient raw) {
        return new PacketClient(raw, true);
    }

    /** A connection on which a client of MQTT 3.1.1 has said nothing yet. */
    public static PacketClient v3(BrokerFixture broker) throws IOException {
        return new PacketClient(broker.raw(), false);
    }

    /** A client of MQTT 5 with a clean start. */
    public static PacketClient clean(BrokerFixture broker, String id) throws IOException {
        return v5(broker).connect(id, true, "").expect("CONNACK 00" + ANSWER);
    }

    /** A client of MQTT 5 whose session is kept for 1000 seconds after the connection; a new one. */
    public static PacketClient kept(BrokerFixture broker, String id) throws IOException {
        return v5(broker).connect(id, false, KEPT).expect("CONNACK 00" + ANSWER);
    }

    /** As {@link #kept} for a session that is there. */
    public static PacketClient resumed(BrokerFixture broker, String id) throws IOException {
        return v5(broker).connect(id, false, KEPT).expect("CONNACK present 00" + ANSWER);
    }

    /** A client of MQTT 3.1.1 with a clean session. */
    public static PacketClient clean3(BrokerFixture broker, String id) throws IOException {
        return v3(broker).connect(id, true, "").expect("CONNACK 00");
    }

    /** Session expiry of 1000 seconds. */
    public static final String KEPT = "11 000003e8";

    /** Receive Maximum 1000, Maximum Packet Size 1 MiB, Topic Alias Maximum 16. */
    public static final String ANSWER = " {2103e827001000002200" + "10}";

    private static String hex(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return Bytes.hex(new byte[] {(byte) (utf8.length >> 8), (byte) utf8.length}) + Bytes.hex(utf8);
    }

    private String block(String properties) {
        if (!v5) {
            return "";
        }
        int length = Bytes.of(properties).length;
        byte[] size = length < 0x80
                ? new byte[] {(byte) length}
                : new byte[] {(byte) ((length & 0x7F) | 0x80), (byte) (length >> 7)};
        return Bytes.hex(size) + properties;
    }

    /** Any packet. */
    public PacketClient send(int first, String body) throws IOException {
        raw.send(Bytes.packet(first, body));
        return this;
    }

    /** Any bytes. */
    public PacketClient send(byte[] bytes) throws IOException {
        raw.send(bytes);
        return this;
    }

    public PacketClient connect(String id, boolean clean, String properties) throws IOException {
        return connect(id, clean ? 0x02 : 0, 60, properties, "");
    }

    /**
     * Sends a CONNECT.
     *
     * @param tail what follows the client id
     */
    public PacketClient connect(String id, int flags, int keepAlive, String properties, String tail)
            throws IOException {
        return send(
                0x10,
                "0004'MQTT'" + (v5 ? "05" : "04") + String.format("%02x%04x", flags, keepAlive) + block(properties)
                        + hex(id) + tail);
    }

    /** The part of a CONNECT for a will; its flags are 0x04, its QoS times 8 and 0x20 for retain. */
    public static String will(String properties, String topic, String payload) {
        return String.format("%02x", Bytes.of(properties).length) + properties + hex(topic) + hex(payload);
    }

    public PacketClient subscribe(String filter, int options) throws IOException {
        return subscribe(filter, options, "");
    }

    /** Subscribes and expects that it is granted. */
    public PacketClient subscribe(String filter, int options, String properties) throws IOException {
        int id = sendSubscribe(filter, options, properties);
        return expect(String.format("SUBACK #%d %02x", id, options & 3));
    }

    public int sendSubscribe(String filter, int options, String properties) throws IOException {
        int id = ++lastId;
        send(0x82, String.format("%04x", id) + block(properties) + hex(filter) + String.format("%02x", options));
        return id;
    }

    public int sendUnsubscribe(String filter) throws IOException {
        int id = ++lastId;
        send(0xA2, String.format("%04x", id) + block("") + hex(filter));
        return id;
    }

    /** Sends at QoS 0. */
    public PacketClient publish(String topic, String payload) throws IOException {
        return publish(0x30, topic, 0, "", payload);
    }

    /** Sends at QoS 1 and expects a PUBACK without an error. */
    public PacketClient publish1(String topic, String payload) throws IOException {
        int id = ++lastId;
        publish(0x32, topic, id, "", payload);
        Received answer = next();
        assertEquals("PUBACK", answer.withoutId().substring(0, 6));
        assertEquals(id, answer.packetId());
        return this;
    }

    /** Sends at QoS 2, the whole exchange. */
    public PacketClient publish2(String topic, String payload) throws IOException {
        int id = ++lastId;
        publish(0x34, topic, id, "", payload);
        Received answer = next();
        assertEquals("PUBREC", answer.withoutId().substring(0, 6));
        assertEquals(id, answer.packetId());
        return ack(0x62, id).expect("PUBCOMP #" + id + " 00");
    }

    /** Sends a PUBLISH with this first byte; the id counts at QoS 1 and 2 only. */
    public PacketClient publish(int first, String topic, int id, String properties, String payload) throws IOException {
        String packetId = (first & 6) == 0 ? "" : String.format("%04x", id);
        return send(
                first, hex(topic) + packetId + block(properties) + Bytes.hex(payload.getBytes(StandardCharsets.UTF_8)));
    }

    /** Sends PUBACK (0x40), PUBREC (0x50), PUBREL (0x62) or PUBCOMP (0x70). */
    public PacketClient ack(int first, int id) throws IOException {
        return send(first, String.format("%04x", id));
    }

    public PacketClient disconnect() throws IOException {
        send(0xE0, "");
        raw.expectClosed();
        return this;
    }

    /** The next packet. */
    public Received next() throws IOException {
        Received before = early.poll();
        return before != null ? before : read();
    }

    private Received read() throws IOException {
        return new Received(raw.readPacket(), v5);
    }

    /** The next packets are these, as {@link Received} writes them. */
    public PacketClient expect(String... packets) throws IOException {
        for (String packet : packets) {
            assertEquals(packet, next().toString());
        }
        return this;
    }

    /** The next PUBLISH is this, with whatever packet id; it is acknowledged. */
    public PacketClient take(String packet) throws IOException {
        Received publish = next();
        assertEquals(packet, publish.withoutId());
        if (packet.contains("' q1")) {
            ack(0x40, publish.packetId());
        } else if (packet.contains("' q2")) {
            ack(0x50, publish.packetId());
            String pubrel = "PUBREL #" + publish.packetId() + " 00";
            for (Received next = read(); !next.toString().equals(pubrel); next = read()) {
                early.add(next);
            }
            ack(0x70, publish.packetId());
        }
        return this;
    }

    /** The next packets are these, in whatever order. */
    public PacketClient takeAll(String... packets) throws IOException {
        Set<String> found = new HashSet<>();
        for (int i = 0; i < packets.length; i++) {
            Received publish = next();
            found.add(publish.withoutId());
            if (publish.packetId() != 0) {
                ack(0x40, publish.packetId());
            }
        }
        assertEquals(Set.of(packets), found);
        return this;
    }

    /** Nothing is on its way but what the answer to this ping overtakes. */
    public PacketClient ping() throws IOException {
        return send(0xC0, "").expect("PINGRESP");
    }

    /** True if something has come that was not read. */
    public boolean hasMore() throws IOException {
        return !early.isEmpty() || raw.hasMore();
    }

    public void expectClosed() throws IOException {
        raw.expectClosed();
    }

    /** The next packet is a DISCONNECT with this code, and then comes the end. */
    public void expectDisconnect(String code) throws IOException {
        expect("DISCONNECT " + code);
        raw.expectClosed();
    }

    /** Ends without a DISCONNECT. */
    @Override
    public void close() {
        try {
            raw.close();
        } catch (IOException e) {
            Assertions.fail(e);
        }
    }
}
