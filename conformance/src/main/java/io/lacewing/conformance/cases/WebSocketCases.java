package io.lacewing.conformance.cases;

import static io.lacewing.conformance.cases.Subscriber.check;
import static io.lacewing.conformance.suite.WebSocketClient.BINARY;
import static io.lacewing.conformance.suite.WebSocketClient.CONTINUATION;
import static io.lacewing.conformance.suite.WebSocketClient.PING;
import static io.lacewing.conformance.suite.WebSocketClient.TEXT;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.suite.Failure;
import io.lacewing.conformance.suite.WebSocketClient;
import io.lacewing.conformance.wire.Bytes;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.SubscribePacket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/** MQTT over WebSocket (6), and what a server must do without (7 of MQTT 3.1.1). */
final class WebSocketCases implements Chapter {

    @Override
    public void addTo(Cases cases) {
        handshake(cases);
        frames(cases);
        cases.of("conformance.plain", "Nothing but the standard and a stream of bytes is needed")
                .v3("MQTT-7.0.0-2", "MQTT-7.1.1-1")
                .run(bench -> {
                    // What a packet must have, and nothing more.
                    Subscriber subscriber = Subscriber.connect(bench);
                    String topic = bench.topic("t");
                    subscriber.subscribe(topic, 2);
                    for (int qos = 0; qos <= 2; qos++) {
                        subscriber.publish(topic, "at QoS " + qos, qos);
                        subscriber.until("at QoS " + qos);
                    }
                    // The stream may be cut anywhere, or not at all.
                    byte[] all = new Bytes()
                            .raw(bench.publishPacket(topic, "in parts").toArray())
                            .raw(Packets.pingreq())
                            .toArray();
                    for (byte part : all) {
                        subscriber.client().send(new byte[] {part});
                    }
                    subscriber.await(PacketType.PINGRESP);
                    subscriber.until("in parts");
                    subscriber.unsubscribe(topic);
                    subscriber.client().disconnect();
                });
    }

    private static WebSocketClient open(Bench bench) {
        WebSocketClient socket = bench.webSocket("mqtt");
        check(true, socket.isOpen(), "that the WebSocket is open");
        return socket;
    }

    private static WebSocketClient connected(Bench bench) {
        WebSocketClient socket = open(bench);
        socket.client().connect(bench.connectPacket());
        return socket;
    }

    private static void handshake(Cases cases) {
        cases.of("websocket.sub-protocol", "The broker selects the sub protocol mqtt")
                .v3("MQTT-6.0.0-4")
                .v5("MQTT-6.0.0-4")
                .run(bench -> {
                    for (String offered : new String[] {"mqtt", "mqtt, other", "other, mqtt", "mqttv3.1,mqtt"}) {
                        bench.row("offered: " + offered, () -> {
                            WebSocketClient socket = bench.webSocket(offered);
                            check(true, socket.isOpen(), "that the WebSocket is open");
                            check("mqtt", String.valueOf(socket.protocol()), "the sub protocol");
                            socket.client().connect(bench.connectPacket());
                            socket.client().disconnect();
                        });
                    }
                });
        cases.of("websocket.no-sub-protocol", "The broker selects no other sub protocol, nor one that is not offered")
                .v3("MQTT-6.0.0-4")
                .v5("MQTT-6.0.0-4")
                .run(bench -> {
                    for (String offered : new String[] {"other", "mqttx", "xmqtt", null}) {
                        bench.row("offered: " + offered, () -> {
                            WebSocketClient socket = bench.webSocket(offered);
                            check("null", String.valueOf(socket.protocol()), "the sub protocol");
                        });
                    }
                });
    }

    private static void frames(Cases cases) {
        cases.of("websocket.binary", "Packets go in binary frames, both ways")
                .v3("MQTT-6.0.0-1")
                .v5("MQTT-6.0.0-1")
                .run(bench -> {
                    // The channel takes nothing else from the broker.
                    Client client = connected(bench).client();
                    String topic = bench.topic("t");
                    client.subscribe(topic, 0);
                    for (int size : new int[] {1, 100, 200, 65_000, 70_000}) {
                        String payload = "x".repeat(size);
                        client.send(bench.publishPacket(topic, payload).toArray());
                        client.expectPublish(payload);
                    }
                    client.disconnect();
                });
        cases.of("websocket.text", "A text frame ends the connection")
                .v3("MQTT-6.0.0-1")
                .v5("MQTT-6.0.0-1")
                .run(bench -> {
                    bench.row("before CONNECT", () -> {
                        WebSocketClient socket = open(bench);
                        socket.frame(true, TEXT, bench.connectPacket().toArray());
                        Packet answer = socket.client().receiveOrClose();
                        if (answer != null) {
                            check(true, answer.type() == PacketType.CONNACK && answer.reason() != 0, "that it refuses");
                            socket.client().expectClosed();
                        }
                    });
                    bench.row("a packet in text", () -> {
                        WebSocketClient socket = connected(bench);
                        socket.frame(true, TEXT, Packets.pingreq());
                        thrownOut(socket.client());
                    });
                    bench.row("plain text", () -> {
                        WebSocketClient socket = connected(bench);
                        socket.frame(true, TEXT, "hello".getBytes(StandardCharsets.US_ASCII));
                        thrownOut(socket.client());
                    });
                    bench.row("the rest of a packet in text", () -> {
                        WebSocketClient socket = connected(bench);
                        socket.frame(true, BINARY, Bytes.of(0xC0));
                        socket.frame(true, TEXT, Bytes.of(0x00));
                        thrownOut(socket.client());
                    });
                });
        cases.of("websocket.not-aligned", "Packets need not fit the frames")
                .v3("MQTT-6.0.0-2")
                .v5("MQTT-6.0.0-2")
                .run(WebSocketCases::notAligned);
        cases.of("websocket.ping", "A ping is answered by a pong, in the middle of a message, too")
                .v3("MQTT-6.0.0-2")
                .v5("MQTT-6.0.0-2")
                .run(bench -> {
                    WebSocketClient socket = connected(bench);
                    byte[] some = "are you there?".getBytes(StandardCharsets.US_ASCII);
                    socket.frame(true, PING, some).expectPong(some);
                    socket.frame(false, BINARY, Bytes.of(0xC0));
                    socket.frame(true, PING, new byte[0]).expectPong(new byte[0]);
                    socket.frame(true, CONTINUATION, Bytes.of(0x00));
                    socket.client().expect(PacketType.PINGRESP);
                    socket.client().disconnect();
                });
        cases.of("websocket.with-tcp", "Clients of WebSocket and of TCP reach each other")
                .v3("MQTT-6.0.0-1")
                .v5("MQTT-6.0.0-1")
                .run(bench -> {
                    Subscriber web = new Subscriber(bench, connected(bench).client());
                    Subscriber plain = Subscriber.connect(bench);
                    web.subscribe(bench.topic("web"), 1);
                    plain.subscribe(bench.topic("plain"), 1);
                    web.publish(bench.topic("plain"), "to TCP", 1);
                    plain.publish(bench.topic("web"), "to WebSocket", 1);
                    plain.until("to TCP");
                    web.until("to WebSocket");
                });
    }

    private static void notAligned(Bench bench) throws Exception {
        String topic = bench.topic("t");
        byte[] connect = bench.connectPacket().toArray();
        byte[] packets = new Bytes()
                .raw(new SubscribePacket(bench.version(), 1).filter(topic, 0).toArray())
                .raw(bench.publishPacket(topic, "m").qos(1, 1).toArray())
                .raw(Packets.pingreq())
                .toArray();
        byte[] all = new Bytes().raw(connect).raw(packets).toArray();
        for (int size : new int[] {1, 2, 7, connect.length + 1, all.length - 1, all.length}) {
            bench.row("messages of " + size, () -> {
                WebSocketClient socket = open(bench);
                for (int from = 0; from < all.length; from += size) {
                    socket.frame(true, BINARY, Arrays.copyOfRange(all, from, Math.min(all.length, from + size)));
                }
                answered(socket.client());
            });
            bench.row("fragments of " + size, () -> {
                WebSocketClient socket = open(bench);
                for (int from = 0; from < all.length; from += size) {
                    boolean isLast = from + size >= all.length;
                    byte[] part = Arrays.copyOfRange(all, from, Math.min(all.length, from + size));
                    socket.frame(isLast, from == 0 ? BINARY : CONTINUATION, part);
                }
                answered(socket.client());
            });
        }
        bench.row("empty frames", () -> {
            WebSocketClient socket = connected(bench);
            socket.frame(true, BINARY, new byte[0]).frame(false, BINARY, new byte[0]);
            socket.frame(true, CONTINUATION, Packets.pingreq());
            socket.client().expect(PacketType.PINGRESP);
        });
    }

    /** The answers come; in which order is the broker's choice. */
    private static void answered(Client client) {
        client.expect(PacketType.CONNACK);
        Set<PacketType> missing = EnumSet.of(PacketType.SUBACK, PacketType.PUBACK, PacketType.PINGRESP);
        while (!missing.isEmpty()) {
            Packet packet = client.receive();
            // It may have got its own message, if it was subscribed in time.
            if (packet.type() != PacketType.PUBLISH && !missing.remove(packet.type())) {
                throw new Failure(missing + " should come, not " + packet);
            }
        }
    }

    /** Whatever the broker says before it, it closes. */
    private static void thrownOut(Client client) {
        Packet last = client.receiveOrClose();
        if (last != null) {
            check(PacketType.DISCONNECT, last.type(), "the answer");
            client.expectClosed();
        }
    }
}
