package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import io.lacewing.node.BrokerFixture;
import io.lacewing.node.NoComplaints;
import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.auth.Exchange;
import io.lacewing.node.auth.PeerCertificate;
import io.lacewing.node.auth.Step;
import io.lacewing.node.mqtt.Bytes;
import io.lacewing.node.mqtt.NoLeaks;
import io.lacewing.node.mqtt.RawClient;
import io.lacewing.node.tls.Pki;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** MQTT on TLS, as clients see it: who is let in, by which certificate, and that all the rest is as without it. */
@ExtendWith({NoLeaks.class, NoComplaints.class})
class TlsTest {
    private static final String CLOSED =
            "SSLException|SSLHandshakeException|SocketException|EOFException|SSLProtocolException";

    private static final BlockingQueue<ClientDetails> SEEN = new LinkedBlockingQueue<>();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path dir;

    @SuppressWarnings("NullAway.Init")
    private static Pki pki;

    @SuppressWarnings("NullAway.Init")
    private static BrokerFixture broker;

    @BeforeAll
    static void start() throws Exception {
        pki = new Pki("Test CA");
        Pki.write(pki.sign(pki.host("localhost").addSanIpAddress("127.0.0.1")), dir, "first");
        Pki.write(pki.sign(pki.subject("*.example.org").rsa2048()), dir, "wild");
        Pki.write(pki.sign(pki.host("b.example.org")), dir, "exact");
        Pki.write(pki.sign(pki.subject("named.example.com")), dir, "named");
        Files.writeString(dir.resolve("ca.pem"), pki.pem());
        List<String> settings = new ArrayList<>(List.of("limits.maxPacketSize=2MiB"));
        listener(settings, 2, "tls", "tls", "first", "wild", "exact", "named");
        listener(settings, 3, "wss", "wss", "first");
        listener(settings, 4, "required", "tls", "first");
        settings.addAll(
                List.of("listeners.4.tls.clientAuth=required", "listeners.4.tls.clientCa=" + dir.resolve("ca.pem")));
        listener(settings, 5, "optional", "tls", "first");
        settings.addAll(
                List.of("listeners.5.tls.clientAuth=optional", "listeners.5.tls.clientCa=" + dir.resolve("ca.pem")));
        listener(settings, 6, "new", "tls", "first");
        settings.addAll(
                List.of("listeners.6.tls.protocols=[TLSv1.3]", "listeners.6.tls.ciphers=[TLS_AES_128_GCM_SHA256]"));
        // Nobody ends a handshake there: it might take longer on a busy machine.
        listener(settings, 7, "impatient", "tls", "first");
        settings.add("listeners.7.tls.handshakeTimeout=200ms");
        broker = BrokerFixture.start(Map.of("SHOWN", TlsTest::noted), settings.toArray(new String[0]));
    }

    /** A method of authentication that lets everyone in, and notes who came. */
    private static Exchange noted(ClientDetails client) {
        SEEN.add(client);
        return new Exchange() {
            @Override
            public CompletionStage<Step> take(byte @Nullable [] data) {
                return CompletableFuture.completedFuture(new Step.Success(null));
            }

            @Override
            public void cancel() {}
        };
    }

    private static void listener(List<String> settings, int index, String name, String type, String... certificates) {
        String section = "listeners." + index + ".";
        settings.addAll(List.of(
                section + "name=" + name, section + "type=" + type, section + "host=127.0.0.1", section + "port=0"));
        for (int i = 0; i < certificates.length; i++) {
            settings.add(section + "tls.certificates." + i + ".cert=" + dir.resolve(certificates[i] + ".pem"));
            settings.add(section + "tls.certificates." + i + ".key=" + dir.resolve(certificates[i] + ".key"));
        }
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
    }

    /** A socket whose handshake is not done yet. */
    private static SSLSocket socket(String listener, SSLContext context, @Nullable String host, String... protocols)
            throws IOException {
        SSLSocket socket = (SSLSocket)
                context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), broker.port(listener));
        socket.setSoTimeout(RawClient.TIMEOUT_MILLIS);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(host == null ? List.of() : List.of(new SNIHostName(host)));
        if (protocols.length > 0) {
            parameters.setProtocols(protocols);
        }
        socket.setSSLParameters(parameters);
        return socket;
    }

    private static RawClient client(String listener, @Nullable X509Bundle own) throws Exception {
        return new RawClient(socket(listener, pki.client(own), null));
    }

    private static void expectServed(RawClient client) throws IOException {
        client.send(RawClient.CONNECT_V311).expect("20 02 00 00").send("e0 00").expectEnd();
    }

    /** Whether a refusal is seen in the handshake or after it, is the client's and the version's matter. */
    private static void expectRefused(RawClient client) {
        IOException refusal = assertThrows(
                IOException.class, () -> client.send(RawClient.CONNECT_V311).read(1));
        assertTrue(refusal.getClass().getSimpleName().matches(CLOSED), refusal::toString);
    }

    private static double metric(String line) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + broker.http() + "/metrics");
            String metrics = http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
            Matcher matcher = Pattern.compile(Pattern.quote(line) + " (\\S+)").matcher(metrics);
            assertTrue(matcher.find(), line);
            return Double.parseDouble(String.valueOf(matcher.group(1)));
        }
    }

    private static double failures(String listener) throws Exception {
        return metric("lacewing_tls_handshake_failures_total{listener=\"" + listener + "\"}");
    }

    /** Waits until so many have failed: the client hears of it before it is counted. */
    private static void awaitFailures(String listener, double count) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (failures(listener) < count) {
            assertTrue(System.nanoTime() < deadline, () -> "fewer than " + count + " failures at " + listener);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void bothVersionsAreSpoken(String version) throws Exception {
        SSLSocket socket = socket("tls", pki.client(null), "localhost", version);
        try (RawClient client = new RawClient(socket)) {
            expectServed(client);
            assertEquals(version, socket.getSession().getProtocol());
        }
    }

    @Test
    void aVersionThatIsNotConfiguredIsRefused() throws Exception {
        double before = failures("new");
        try (RawClient client = new RawClient(socket("new", pki.client(null), null, "TLSv1.2"))) {
            expectRefused(client);
        }
        awaitFailures("new", before + 1);
        SSLSocket socket = socket("new", pki.client(null), null);
        try (RawClient client = new RawClient(socket)) {
            expectServed(client);
            assertEquals("TLS_AES_128_GCM_SHA256", socket.getSession().getCipherSuite());
        }
    }

    /** Java's own client does not speak it any more: a ClientHello by hand, answered by the alert protocol_version. */
    @Test
    void tls11IsRefused() throws Exception {
        try (RawClient client = new RawClient(broker.port("tls"))) {
            client.send("16 0301 002d 01 000029 0302" + "00".repeat(32) + "00 0002 c013 01 00");
            client.expect("15 0303 0002 02 46").expectClosed();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost localhost",
                "a.example.org *.example.org",
                "A.Example.ORG *.example.org",
                "b.example.org b.example.org",
                "x.a.example.org localhost",
                "example.org localhost",
                "unknown localhost",
                "named.example.com named.example.com",
                "- localhost"
            })
    void theCertificateIsThatOfTheHost(String names) throws Exception {
        String host = names.split(" ", -1)[0];
        String shown = names.split(" ", -1)[1];
        for (String version : List.of("TLSv1.2", "TLSv1.3")) {
            try (SSLSocket socket = socket("tls", pki.client(null), host.equals("-") ? null : host, version)) {
                socket.startHandshake();
                X509Certificate certificate =
                        (X509Certificate) socket.getSession().getPeerCertificates()[0];
                assertTrue(certificate.toString().contains(shown), () -> version + certificate);
            }
        }
    }

    @Test
    void whoHasACertificateOfTheAuthorityIsLetIn() throws Exception {
        X509Bundle own = pki.sign(pki.subject("sensor-1"));
        for (String listener : List.of("required", "optional")) {
            try (RawClient client = client(listener, own)) {
                expectServed(client);
            }
        }
    }

    @Test
    void authenticationSeesTheCertificate() throws Exception {
        X509Bundle own = pki.sign(pki.subject("sensor-1,OU=Roof")
                .addSanDnsName("s1.example.org")
                .addSanRfc822Name("s1@example.org")
                .addSanUriName("urn:sensor:1"));
        for (X509Bundle each : new X509Bundle[] {own, null}) {
            try (PacketClient client = PacketClient.over(client("optional", each))) {
                client.connect("shown", true, AuthClients.method("SHOWN"));
                assertEquals(0x20, client.next().bytes()[0]);
            }
            ClientDetails seen = SEEN.poll(RawClient.TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
            assertNotNull(seen);
            assertEquals("optional", seen.listener());
            assertEquals(
                    each == null
                            ? null
                            : new PeerCertificate(
                                    "CN=sensor-1,OU=Roof",
                                    "sensor-1",
                                    List.of("s1.example.org"),
                                    List.of("s1@example.org"),
                                    List.of("urn:sensor:1")),
                    seen.certificate());
        }
    }

    @Test
    void whoHasNoCertificateIsLetInWhereItIsOptional() throws Exception {
        try (RawClient client = client("optional", null)) {
            expectServed(client);
        }
        double before = failures("required");
        for (String version : List.of("TLSv1.2", "TLSv1.3")) {
            try (RawClient client = new RawClient(socket("required", pki.client(null), null, version))) {
                expectRefused(client);
            }
        }
        awaitFailures("required", before + 2);
    }

    @Test
    void theCertificateOfAnotherAuthorityIsRefused() throws Exception {
        Pki other = new Pki("Test CA");
        X509Bundle foreign = other.sign(other.subject("sensor-1"));
        for (String listener : List.of("required", "optional")) {
            // A client does not show what the server's list of authorities does not name: so they share a name.
            try (RawClient client = client(listener, foreign)) {
                expectRefused(client);
            }
        }
    }

    @Test
    void anExpiredCertificateIsRefused() throws Exception {
        java.time.Instant now = java.time.Instant.now();
        X509Bundle old = pki.sign(pki.subject("sensor-1").notAfter(now.minusSeconds(60)));
        try (RawClient client = client("required", old)) {
            expectRefused(client);
        }
    }

    @Test
    void whoDoesNotSpeakTlsIsClosed() throws Exception {
        double before = failures("tls");
        try (RawClient client = new RawClient(broker.port("tls"))) {
            client.send(RawClient.CONNECT_V311).expectClosed();
        }
        awaitFailures("tls", before + 1);
    }

    @Test
    void whoDoesNotBeginIsClosed() throws Exception {
        try (RawClient client = new RawClient(broker.port("impatient"))) {
            client.expectClosed();
        }
    }

    private static Mqtt5ClientBuilder hiveMq(String listener) throws Exception {
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(pki.trusted());
        Mqtt5ClientBuilder builder = MqttClient.builder()
                .useMqttVersion5()
                .serverHost("127.0.0.1")
                .serverPort(broker.port(listener))
                .sslConfig(
                        MqttClientSslConfig.builder().trustManagerFactory(trust).build());
        return listener.equals("wss")
                ? builder.webSocketConfig().serverPath("mqtt").applyWebSocketConfig()
                : builder;
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls", "wss"})
    void aMebibyteGoesBothWays(String listener) throws Exception {
        byte[] payload = new byte[1024 * 1024];
        new Random(1).nextBytes(payload);
        Mqtt5BlockingClient client = hiveMq(listener).buildBlocking();
        client.connect();
        try (Mqtt5BlockingClient.Mqtt5Publishes publishes = client.publishes(MqttGlobalPublishFilter.SUBSCRIBED)) {
            client.subscribeWith()
                    .topicFilter("large/" + listener)
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .send();
            for (int i = 0; i < 3; i++) {
                payload[0] = (byte) i;
                client.publishWith()
                        .topic("large/" + listener)
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .payload(payload)
                        .send();
                assertArrayEquals(
                        payload,
                        publishes.receive(30, TimeUnit.SECONDS).orElseThrow().getPayloadAsBytes());
            }
        }
        client.disconnect();
    }

    /** As without TLS: what the client's socket does not take is bounded, QoS 0 beyond it dropped, QoS 1 kept. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aClientThatDoesNotReadLosesQos0Only(String version) throws Exception {
        String topic = "slow-" + version;
        String payload = "x".repeat(20_000);
        int sent = 1000;
        double before = metric("lacewing_messages_dropped_total{cause=\"slow_client\"}");
        SSLSocket socket = socket("tls", pki.client(null), null, version);
        try (PacketClient slow = PacketClient.over(new RawClient(socket))
                        .connect(topic, true, "")
                        .expect("CONNACK 00 {2103e82700200000" + "220010}")
                        .subscribe(topic, 1);
                PacketClient publisher = PacketClient.v5(broker)
                        .connect(topic + "-p", true, "")
                        .expect("CONNACK 00 {2103e82700200000" + "220010}")) {
            for (int i = 0; i < sent; i++) {
                publisher.publish(topic, payload);
            }
            publisher.publish1(topic, "last");
            int atMostOnce = 0;
            Received next = slow.next();
            while (!next.withoutId().endsWith(" q1")) {
                assertEquals("PUBLISH " + topic + " '" + payload + "' q0", next.withoutId());
                atMostOnce++;
                next = slow.next();
            }
            assertEquals("PUBLISH " + topic + " 'last' q1", next.withoutId());
            slow.ack(0x40, next.packetId()).ping();
            double dropped = metric("lacewing_messages_dropped_total{cause=\"slow_client\"}") - before;
            assertEquals(sent, atMostOnce + dropped);
            assertTrue(dropped > 0, "all " + sent + " were kept for a client that does not read");
        }
    }

    /** The broker takes nothing more from a client that does not read its answers, and goes on when it does. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void answersWaitForTheClient(String version) throws Exception {
        SSLSocket socket = socket("tls", pki.client(null), null, version);
        try (RawClient client = new RawClient(socket)) {
            client.send(RawClient.CONNECT_V311).expect("20 02 00 00");
            client.send(Bytes.of("c0 00".repeat(100_000))).expect(Bytes.of("d0 00".repeat(100_000)));
            client.send("e0 00").expectEnd();
        }
    }

    /** The last words, and behind them close_notify, for a client that goes on sending (4.13). */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void lastWordsAreRead(String version) throws Exception {
        SSLSocket socket = socket("tls", pki.client(null), null, version);
        try (RawClient client = new RawClient(socket)) {
            byte[] many = Bytes.of("30 09 0001'a' '012345'".repeat(18_200));
            client.send(Bytes.join(Bytes.of(RawClient.CONNECT_V5 + "36 05 0001'a' 0001"), many));
            client.send(many);
            assertEquals(0x20, client.readPacket()[0]);
            byte[] disconnect = client.readPacket();
            assertTrue(Bytes.hex(disconnect).matches("e0..81.*"), Bytes.hex(disconnect));
            client.expectEnd();
        }
    }

    /** close_notify is the end of the client's direction, as FIN is. */
    @Test
    void whatCameBeforeTheEndIsTaken() throws Exception {
        SSLSocket socket = socket("tls", pki.client(null), null, "TLSv1.3");
        try (RawClient client = new RawClient(socket);
                PacketClient other = PacketClient.v5(broker)) {
            other.connect("end-other", true, "").next();
            other.subscribe("end", 0);
            client.send(RawClient.CONNECT_V311 + "30 06 0003'end' '1'");
            socket.shutdownOutput();
            client.expect("20 02 00 00").expectEnd();
            other.expect("PUBLISH end '1' q0");
        }
    }
}
