package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.BrokerFixture;
import io.lacewing.node.mqtt.NoLeaks;
import io.lacewing.node.mqtt.RawClient;
import io.lacewing.node.tls.Pki;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients whose certificates have been taken back, or end. */
@ExtendWith(NoLeaks.class)
class RevocationTest {
    private static final int PATIENCE_MILLIS = 60_000;
    private static final long PATIENCE_NANOS =
            Duration.ofMillis(PATIENCE_MILLIS).toNanos();

    @TempDir
    private Path dir = Path.of("");

    private final Pki pki = new Pki("Test CA");
    private final Pki below = pki.intermediate("Below");
    private final X509Bundle good = pki.sign(pki.subject("good"));
    private final X509Bundle bad = pki.sign(pki.subject("bad"));

    RevocationTest() throws Exception {}

    @BeforeEach
    void write() throws Exception {
        Pki.write(pki.sign(pki.host("localhost")), dir, "server");
        Files.writeString(dir.resolve("ca.pem"), pki.pem());
    }

    private BrokerFixture start(String clientAuth, String... more) throws Exception {
        List<String> settings = new ArrayList<>(List.of(
                "listeners.2.type=tls",
                "listeners.2.host=127.0.0.1",
                "listeners.2.port=0",
                "listeners.2.tls.certificates.0.cert=" + dir.resolve("server.pem"),
                "listeners.2.tls.certificates.0.key=" + dir.resolve("server.key"),
                "listeners.2.tls.clientCa=" + dir.resolve("ca.pem"),
                "listeners.2.tls.clientAuth=" + clientAuth));
        settings.addAll(List.of(more));
        return BrokerFixture.start(settings.toArray(new String[0]));
    }

    private String list(int index, String name) {
        return "listeners.2.tls.crl." + index + "=" + dir.resolve(name);
    }

    private RawClient raw(BrokerFixture broker, X509Bundle own, String... protocols) throws Exception {
        SSLSocket socket = (SSLSocket)
                pki.client(own).getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), broker.port("tls"));
        if (protocols.length > 0) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setProtocols(protocols);
            socket.setSSLParameters(parameters);
        }
        RawClient client = new RawClient(socket);
        socket.setSoTimeout(PATIENCE_MILLIS); // a changed file is not noticed at once
        return client;
    }

    private PacketClient connect(BrokerFixture broker, X509Bundle own, String id) throws Exception {
        return PacketClient.over(raw(broker, own)).connect(id, true, "").expect("CONNACK 00" + PacketClient.ANSWER);
    }

    private void expectServed(BrokerFixture broker, X509Bundle own, String... protocols) throws Exception {
        try (RawClient client = raw(broker, own, protocols)) {
            client.send(RawClient.CONNECT_V311).expect("20 02 00 00");
        }
    }

    private void expectRefused(BrokerFixture broker, X509Bundle own, String... protocols) throws Exception {
        try (RawClient client = raw(broker, own, protocols)) {
            assertThrows(
                    IOException.class, () -> client.send(RawClient.CONNECT_V311).read(1));
        }
    }

    private static void await(BrokerFixture broker, String line) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (PasswordTest.metrics(broker).lines().noneMatch(line::equals)) {
            assertTrue(System.nanoTime() < deadline, () -> line + " is not among the metrics");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"required", "optional"})
    void aRevokedClientIsRefused(String clientAuth) throws Exception {
        Instant now = Instant.now();
        Files.write(dir.resolve("a.crl"), pki.revoked(now.minusSeconds(60), now.plusSeconds(7200), bad));
        try (BrokerFixture broker = start(clientAuth, list(0, "a.crl"))) {
            for (String version : List.of("TLSv1.2", "TLSv1.3")) {
                expectServed(broker, good, version);
                expectRefused(broker, bad, version);
            }
            await(broker, "lacewing_tls_handshake_failures_total{listener=\"tls\"} 2.0");
            String left = PasswordTest.metrics(broker)
                    .lines()
                    .filter(line -> line.startsWith("lacewing_tls_crl_expiry_seconds{crl=\"0\",listener=\"tls\"} "))
                    .findFirst()
                    .orElseThrow();
            assertEquals(7200, Double.parseDouble(left.substring(left.indexOf(' '))), 120);
        }
    }

    /** An authority that clients bring along is one of the chain: it needs a list, and may be on one. */
    @Test
    void theWholeChainIsLookedUp() throws Exception {
        X509Bundle lower = below.sign(below.subject("lower"));
        X509Bundle lowerBad = below.sign(below.subject("lower-bad"));
        Files.writeString(dir.resolve("both.pem"), pki.revoked() + below.revoked(lowerBad));
        Files.writeString(dir.resolve("root.pem"), pki.revoked());
        Files.writeString(dir.resolve("cut.pem"), pki.revoked(below.bundle()));
        Files.writeString(dir.resolve("below.pem"), below.revoked());
        try (BrokerFixture broker = start("required", list(0, "both.pem"))) {
            expectServed(broker, lower);
            expectRefused(broker, lowerBad);
        }
        try (BrokerFixture broker = start("required", list(0, "root.pem"))) {
            expectServed(broker, good);
            expectRefused(broker, lower);
        }
        try (BrokerFixture broker = start("required", list(0, "cut.pem"), list(1, "below.pem"))) {
            expectServed(broker, good);
            expectRefused(broker, lower);
        }
    }

    @Test
    void whoIsRevokedWhileConnectedIsDisconnected() throws Exception {
        Path file = Files.writeString(dir.resolve("a.crl"), pki.revoked());
        try (BrokerFixture broker = start("required", list(0, "a.crl"));
                PacketClient stays = connect(broker, good, "good");
                PacketClient goes = connect(broker, bad, "bad")) {
            goes.ping();
            Files.writeString(file, pki.revoked(bad));
            goes.expectDisconnect("87");
            stays.ping();
            expectRefused(broker, bad);
            expectServed(broker, good);
            // A file that can't be used takes nothing back.
            Files.writeString(file, "-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n");
            await(broker, "lacewing_tls_reload_failures_total{listener=\"tls\"} 1.0");
            expectRefused(broker, bad);
            expectServed(broker, good);
            stays.ping();
        }
    }

    @Test
    void aListThatIsOutOfDateLetsNobodyIn() throws Exception {
        Instant now = Instant.now();
        byte[] old = pki.revoked(now.minusSeconds(9000), now.minusSeconds(7200));
        Path file = Files.write(dir.resolve("a.crl"), old);
        try (BrokerFixture broker = start("required", list(0, "a.crl"))) {
            expectRefused(broker, good);
            double before = System.nanoTime();
            Files.writeString(file, pki.revoked(bad));
            while (true) {
                try {
                    expectServed(broker, good);
                    break;
                } catch (IOException notYet) {
                    assertTrue(System.nanoTime() - before < PATIENCE_NANOS, "a new list is not taken");
                }
            }
            expectRefused(broker, bad);
        }
    }

    @Test
    void aConnectionEndsWithItsCertificate() throws Exception {
        try (BrokerFixture broker = start("optional");
                BrokerFixture lenient = start("optional", "auth.certificate.disconnectExpired=false");
                PacketClient stays = connect(broker, good, "good")) {
            Instant end = Instant.now().plusSeconds(10);
            X509Bundle brief = pki.sign(pki.subject("brief").notAfter(end));
            try (PacketClient allowed = connect(lenient, brief, "brief");
                    PacketClient goes = connect(broker, brief, "brief")) {
                goes.ping();
                goes.expectDisconnect("a0");
                assertTrue(Instant.now().isAfter(end.minusSeconds(1)), "too early");
                stays.ping();
                allowed.ping();
            }
        }
    }
}
