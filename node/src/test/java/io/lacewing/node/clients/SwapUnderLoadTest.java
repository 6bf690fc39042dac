package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.BrokerFixture;
import io.lacewing.node.mqtt.Bytes;
import io.lacewing.node.mqtt.RawClient;
import io.lacewing.node.tls.Pki;
import io.netty.pkitesting.X509Bundle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemTrustOptions;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates and rules are exchanged while 1,000 clients are connected by TLS: none of them is lost. */
class SwapUnderLoadTest {
    private static final int CLIENTS = 1_000;

    /** Handshakes at a time: more would only wait, and some of them for too long. */
    private static final int AT_ONCE = 50;

    private static final long PATIENCE_NANOS = Duration.ofMinutes(2).toNanos();
    private static final String ALL = "rules: [{allow: all, topics: '#'}]\n";
    private static final String NOT_OLD = "rules: [{deny: all, topics: 'old/#'}, {allow: all, topics: '#'}]\n";

    /** Counts what comes; no packet is longer than its second byte can say. */
    private static final class Client {
        private final AtomicInteger subacks = new AtomicInteger();
        private final AtomicInteger publishes = new AtomicInteger();
        private Buffer rest = Buffer.buffer();

        /** On the loop of the connection. */
        void read(Buffer more) {
            rest.appendBuffer(more);
            int at = 0;
            while (rest.length() >= at + 2 && rest.length() >= at + 2 + rest.getUnsignedByte(at + 1)) {
                switch (rest.getUnsignedByte(at) >> 4) {
                    case 3 -> publishes.incrementAndGet();
                    case 9 -> subacks.incrementAndGet();
                    default -> {
                        // CONNACK
                    }
                }
                at += 2 + rest.getUnsignedByte(at + 1);
            }
            rest = rest.getBuffer(at, rest.length());
        }
    }

    @TempDir
    private Path dir = Path.of("");

    private final Pki pki = new Pki("Test CA");
    private final Vertx vertx = Vertx.vertx(
            new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(2).setPreferNativeTransport(true));
    private final List<Client> clients = new ArrayList<>();
    private final AtomicInteger lost = new AtomicInteger();

    @SuppressWarnings("NullAway.Init")
    private BrokerFixture broker;

    SwapUnderLoadTest() throws Exception {}

    @BeforeEach
    void start() throws Exception {
        Pki.write(pki.sign(pki.host("localhost")), dir, "server");
        Files.writeString(dir.resolve("rules.yaml"), ALL);
        broker = BrokerFixture.start(
                "auth.aclFile=" + dir.resolve("rules.yaml"),
                "listeners.2.type=tls",
                "listeners.2.host=127.0.0.1",
                "listeners.2.port=0",
                "listeners.2.tls.certificates.0.cert=" + dir.resolve("server.pem"),
                "listeners.2.tls.certificates.0.key=" + dir.resolve("server.key"),
                "listeners.2.tls.handshakeTimeout=2m", // as many at once on a slow machine take their time
                "limits.connectTimeout=1m");
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        broker.close();
    }

    private void connectAll() throws Exception {
        NetClient net = vertx.createNetClient(new NetClientOptions()
                .setSsl(true)
                .setHostnameVerificationAlgorithm("")
                .setConnectTimeout(60_000)
                .setSslHandshakeTimeout(60)
                .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(pki.pem()))));
        while (clients.size() < CLIENTS) {
            List<Future<NetSocket>> some = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                Client client = new Client();
                clients.add(client);
                int number = clients.size();
                some.add(
                        net.connect(broker.port("tls"), "127.0.0.1").onSuccess(socket -> open(socket, client, number)));
            }
            Future.all(some).toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
        }
    }

    private void open(NetSocket socket, Client client, int number) {
        socket.handler(client::read);
        socket.closeHandler(v -> lost.incrementAndGet());
        byte[] connect = Bytes.of("10 10 0004'MQTT' 04 02 0000 0004" + String.format("'%04d'", number));
        byte[] subscribe = Bytes.of("82 12 0001 0005'new/+'00 0005'old/+'00");
        socket.write(Buffer.buffer(Bytes.join(connect, subscribe)));
    }

    private void awaitPublishes(int each) throws Exception {
        await(() -> {
            assertEquals(0, lost.get(), "connections lost");
            return clients.stream().allMatch(client -> client.publishes.get() >= each);
        });
    }

    private void await(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.call()) {
            assertTrue(System.nanoTime() < deadline, this::state);
            Thread.sleep(20); // the broker needs the processor more
        }
    }

    /** How many clients have had how many messages. */
    private String state() {
        return lost + " lost, messages: "
                + clients.stream()
                        .collect(Collectors.groupingBy(client -> client.publishes.get(), Collectors.counting()));
    }

    private boolean isShown(X509Bundle certificate) throws Exception {
        try (SSLSocket socket = (SSLSocket) pki.client(null)
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), broker.port("tls"))) {
            socket.setSoTimeout(RawClient.TIMEOUT_MILLIS);
            socket.startHandshake();
            return certificate.getCertificate().equals(socket.getSession().getPeerCertificates()[0]);
        }
    }

    private boolean shows(String line) throws Exception {
        return PasswordTest.metrics(broker).lines().anyMatch(line::equals);
    }

    @Test
    void nobodyIsLost() throws Exception {
        connectAll();
        await(() -> clients.stream().allMatch(client -> client.subacks.get() == 1));
        try (PacketClient publisher = PacketClient.clean(broker, "publisher")) {
            publisher.publish1("old/a", "1").publish1("new/a", "1");
            awaitPublishes(2);

            X509Bundle second = pki.sign(pki.host("second"));
            Pki.write(second, dir, "server");
            Files.writeString(dir.resolve("rules.yaml"), NOT_OLD);
            publisher.publish1("new/a", "2");
            awaitPublishes(3);
            await(() -> isShown(second));
            await(() -> shows("lacewing_authorization_denied_total{action=\"revoked\"} " + CLIENTS + ".0"));

            publisher.publish1("old/a", "3").publish1("new/a", "3");
            awaitPublishes(4);
            // What was kept from them would have come before this.
            publisher.publish1("new/a", "4");
            awaitPublishes(5);
            assertTrue(clients.stream().allMatch(client -> client.publishes.get() == 5));
            assertEquals(0, lost.get());
            assertTrue(shows("lacewing_tls_reload_failures_total{listener=\"tls\"} 0.0"));
        }
    }
}
