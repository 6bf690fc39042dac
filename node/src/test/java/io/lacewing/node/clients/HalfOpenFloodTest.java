package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.BrokerFixture;
import io.lacewing.node.NoComplaints;
import io.lacewing.node.mqtt.Bytes;
import io.lacewing.node.mqtt.NoLeaks;
import io.lacewing.node.mqtt.RawClient;
import io.lacewing.node.tls.Pki;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Thousands of connections that do not get as far as CONNECT. Those who are connected notice nothing, newcomers get in, and
 * there are never more than there may be.
 */
@ExtendWith({NoLeaks.class, NoComplaints.class})
class HalfOpenFloodTest {
    private static final int SOCKETS = 4_000;
    private static final int MAX_PENDING = 1_000;
    private static final String CONNACK = "20 02 00 00";

    /** Far more than it takes, and far less than connectTimeout. */
    private static final long PATIENCE_NANOS = 5_000_000_000L;

    @TempDir
    private Path dir = Path.of("");

    /** Each says a little, a byte at a time, or nothing at all. */
    @ParameterizedTest
    @CsvSource({"tcp, ''", "tcp, 10 0d 00 04 4d 51 54 54", "ws, 'GET /mqtt HTTP/1.1'", "tls, ''", "tls, 16 03 01 02 00"
    })
    void othersDoNotNotice(String listener, String drips) throws Exception {
        byte[] bytes = drips.startsWith("GET") ? Bytes.of("'" + drips + "'") : Bytes.of(drips);
        Pki pki = new Pki("Test CA");
        Pki.write(pki.sign(pki.host("localhost")), dir, "server");
        List<SocketChannel> flood = new ArrayList<>();
        try (BrokerFixture broker = BrokerFixture.start(
                        "listeners.2.type=tls",
                        "listeners.2.host=127.0.0.1",
                        "listeners.2.port=0",
                        "listeners.2.tls.certificates.0.cert=" + dir.resolve("server.pem"),
                        "listeners.2.tls.certificates.0.key=" + dir.resolve("server.key"),
                        "limits.connectTimeout=" + (bytes.length == 0 ? "2m" : "4s"),
                        "limits.maxPendingConnections=" + MAX_PENDING);
                RawClient publisher = broker.raw().send(RawClient.CONNECT_V311).expect(CONNACK);
                RawClient subscriber =
                        broker.raw().send("10 0d 0004'MQTT' 04 02 003c 0001's'").expect(CONNACK)) {
            subscriber.send("82 06 0001 0001'a' 00").expect("90 03 0001 00");
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), broker.port(listener));
            for (int i = 0; i < SOCKETS; i++) {
                flood.add(begin(address, bytes, i));
                if (i % 100 == 99) {
                    drip(flood, bytes, i / 100);
                    expectService(publisher, subscriber);
                }
                if (i % 1_000 == 999) {
                    assertTrue(pending(broker) <= MAX_PENDING);
                }
            }
            expectNewcomers(broker);
            expectService(publisher, subscriber);
            assertTrue(pending(broker) <= MAX_PENDING);
            assertTrue(refused(broker, listener) > 0);
        } finally {
            for (SocketChannel each : flood) {
                each.close();
            }
        }
    }

    private static SocketChannel begin(InetSocketAddress address, byte[] bytes, int number) throws IOException {
        SocketChannel channel = SocketChannel.open(address);
        channel.configureBlocking(false);
        if (bytes.length > 0 && number < MAX_PENDING) {
            write(channel, bytes[0]);
        }
        return channel;
    }

    /** The next byte of some. */
    private static void drip(List<SocketChannel> flood, byte[] bytes, int round) {
        for (int i = 0; bytes.length > 0 && i < Math.min(flood.size(), MAX_PENDING); i += 7) {
            write(flood.get(i), bytes[1 + round % (bytes.length - 1)]);
        }
    }

    private static void write(SocketChannel channel, byte one) {
        try {
            channel.write(ByteBuffer.wrap(new byte[] {one}));
        } catch (IOException closed) {
            // It is one of those that had to go.
            assertTrue(channel.isOpen());
        }
    }

    private static void expectService(RawClient publisher, RawClient subscriber) throws Exception {
        long start = System.nanoTime();
        publisher.send("c0 00").expect("d0 00");
        publisher.send("30 06 0001'a' 010203");
        subscriber.expect("30 06 0001'a' 010203");
        long took = System.nanoTime() - start;
        assertTrue(took < PATIENCE_NANOS, "a ping and a message took " + took / 1_000_000 + " ms");
    }

    /** A newcomer is let in as soon as one that is in its way has been silent for a second, or has had half of its time. */
    private static void expectNewcomers(BrokerFixture broker) throws Exception {
        long end = System.nanoTime() + 30_000_000_000L;
        int in = 0;
        while (in < 20) {
            try (RawClient client = broker.raw()) {
                client.send("10 0d 0004'MQTT' 04 02 003c 0001'n'").expect(CONNACK);
                in++;
            } catch (IOException refused) {
                assertTrue(System.nanoTime() < end, in + " are in, and then " + refused);
            }
        }
    }

    private static double pending(BrokerFixture broker) throws Exception {
        return metric(broker, "lacewing_connections_pending");
    }

    private static double refused(BrokerFixture broker, String listener) throws Exception {
        return metric(broker, "lacewing_connections_refused_total{cause=\"pending\",listener=\"" + listener + "\"}");
    }

    private static double metric(BrokerFixture broker, String name) throws Exception {
        Matcher found =
                Pattern.compile("(?m)^" + Pattern.quote(name) + " (\\S+)$").matcher(PasswordTest.metrics(broker));
        assertTrue(found.find());
        return Double.parseDouble(found.group(1));
    }
}
