package io.lacewing.node.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.lacewing.node.config.ClientAuth;
import io.lacewing.node.config.TlsConfig;
import io.lacewing.node.tls.Pki;
import io.lacewing.node.tls.TlsNames;
import io.lacewing.node.tls.TlsWatch;
import io.netty.pkitesting.X509Bundle;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Certificates, keys and authorities that change while the listener is open, on two event loops. */
@ExtendWith(NoLeaks.class)
class TlsReloadTest {
    private static final String CONNACK = "20 02 00 00";

    @TempDir
    private Path dir = Path.of("");

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Pki pki = new Pki("Test CA");
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());

    TlsReloadTest() throws Exception {}

    @BeforeEach
    void listen() {
        log.start();
        logger().setLevel(Level.INFO);
        logger().addAppender(log);
    }

    @AfterEach
    void stopListening() {
        logger().detachAppender(log);
        logger().setLevel(null);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(TlsWatch.class);
    }

    private List<String> logged(Level level) {
        return log.list.stream()
                .filter(event -> event.getLevel() == level)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private TlsWatch begin(@Nullable Path clientCa) throws Exception {
        return begin(clientCa, List.of());
    }

    private TlsWatch begin(@Nullable Path clientCa, List<Path> crl) throws Exception {
        TlsConfig config = new TlsConfig(
                List.of(new TlsConfig.Certificate(dir.resolve("tls.crt"), dir.resolve("tls.key"))),
                clientCa,
                crl,
                clientCa == null ? ClientAuth.NONE : ClientAuth.REQUIRED,
                List.of("TLSv1.2", "TLSv1.3"),
                List.of(),
                Duration.ofSeconds(10));
        return TlsWatch.begin("listener tls", config, new TlsNames.Listener("listeners.0"), now::get);
    }

    private static EchoServer serve(TlsWatch watch) {
        return EchoServer.startNative(
                EchoServer.tcp().eventLoops(2).tls(watch.material().options()), Echo::new);
    }

    private void write(X509Bundle bundle) throws IOException {
        Files.writeString(dir.resolve("tls.crt"), bundle.getCertificatePathPEM());
        Files.writeString(dir.resolve("tls.key"), bundle.getPrivateKeyPEM());
    }

    private static SSLSocket connect(EchoServer server, SSLContext context) throws IOException {
        SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(RawClient.TIMEOUT_MILLIS);
        return socket;
    }

    /** What new connections are shown, on both event loops. */
    private void expectShown(EchoServer server, X509Bundle bundle) throws Exception {
        for (int i = 0; i < 4; i++) {
            // A context of its own: no session is resumed.
            try (SSLSocket socket = connect(server, pki.client(null))) {
                socket.startHandshake();
                X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
                assertEquals(bundle.getCertificate(), shown);
            }
        }
    }

    private static void look(TlsWatch watch, EchoServer server) {
        watch.look(server.listener()::updateTls);
    }

    @Test
    void newFilesAreForNewConnections() throws Exception {
        X509Bundle first = pki.sign(pki.host("first"));
        X509Bundle second = pki.sign(pki.host("second"));
        write(first);
        TlsWatch watch = begin(null);
        try (EchoServer server = serve(watch);
                RawClient open = new RawClient(connect(server, pki.client(null)))) {
            open.send(RawClient.CONNECT_V311).expect(CONNACK);
            expectShown(server, first);
            look(watch, server);
            write(second);
            look(watch, server);
            expectShown(server, first);
            look(watch, server);
            expectShown(server, second);
            open.send("c0 00").expect("d0 00");
            assertEquals(0, watch.failures());
            assertEquals(List.of("listener tls: new certificates for new connections"), logged(Level.INFO));
        }
    }

    @Test
    void whatCannotBeUsedLeavesTheOld() throws Exception {
        X509Bundle first = pki.sign(pki.host("first"));
        X509Bundle second = pki.sign(pki.host("second"));
        write(first);
        TlsWatch watch = begin(null);
        try (EchoServer server = serve(watch)) {
            Files.writeString(dir.resolve("tls.crt"), second.getCertificatePathPEM());
            for (int i = 0; i < 5; i++) {
                look(watch, server);
            }
            expectShown(server, first);
            assertEquals(1, watch.failures());
            Files.delete(dir.resolve("tls.key"));
            for (int i = 0; i < 5; i++) {
                look(watch, server);
            }
            expectShown(server, first);
            assertEquals(2, watch.failures());
            String kept = "listener tls: the changed files of TLS can't be used, what was loaded before stays: ";
            String key = "listeners.0.tls.certificates.0.key = " + dir.resolve("tls.key") + ": ";
            assertEquals(
                    List.of(
                            kept + key + "is not the key of the certificate in " + dir.resolve("tls.crt"),
                            kept + key + "can't be read: there is no such file"),
                    logged(Level.ERROR));
            write(second);
            look(watch, server);
            look(watch, server);
            expectShown(server, second);
            assertEquals(2, watch.failures());
        }
    }

    @Test
    void aListenerThatDoesNotTakeThemKeepsTheOld() throws Exception {
        write(pki.sign(pki.host("first")));
        TlsWatch watch = begin(null);
        double before = watch.secondsLeft(0);
        write(pki.sign(pki.host("second").notAfter(now.get().plusSeconds(60))));
        for (int i = 0; i < 3; i++) {
            watch.look(options -> Future.failedFuture(new IOException("no")));
        }
        assertEquals(1, watch.failures());
        assertEquals(before, watch.secondsLeft(0));
    }

    /** As Kubernetes does it: the files are links into {@code ..data}, a link that is exchanged. */
    @Test
    void aSecretOfKubernetesIsExchanged() throws Exception {
        X509Bundle first = pki.sign(pki.host("first"));
        X509Bundle second = pki.sign(pki.host("second"));
        secret(first, "..2026_1");
        Files.createSymbolicLink(dir.resolve("tls.crt"), Path.of("..data/tls.crt"));
        Files.createSymbolicLink(dir.resolve("tls.key"), Path.of("..data/tls.key"));
        TlsWatch watch = begin(null);
        try (EchoServer server = serve(watch)) {
            expectShown(server, first);
            secret(second, "..2026_2");
            look(watch, server);
            look(watch, server);
            expectShown(server, second);
        }
    }

    private void secret(X509Bundle bundle, String name) throws IOException {
        Path version = Files.createDirectory(dir.resolve(name));
        Files.writeString(version.resolve("tls.crt"), bundle.getCertificatePathPEM());
        Files.writeString(version.resolve("tls.key"), bundle.getPrivateKeyPEM());
        Path link = Files.createSymbolicLink(dir.resolve("..data_tmp"), Path.of(name));
        Files.move(link, dir.resolve("..data"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void authoritiesOfClientsChange() throws Exception {
        Path bundle = dir.resolve("ca.crt");
        Pki other = new Pki("Other CA");
        X509Bundle ours = pki.sign(pki.subject("one"));
        X509Bundle others = other.sign(other.subject("two"));
        write(pki.sign(pki.host("first")));
        Files.writeString(bundle, pki.pem());
        TlsWatch watch = begin(bundle);
        try (EchoServer server = serve(watch)) {
            SSLContext one = pki.client(ours);
            SSLContext two = pki.client(others);
            expectServed(connect(server, one));
            assertThrows(IOException.class, () -> expectServed(connect(server, two)));
            Files.writeString(bundle, other.pem());
            look(watch, server);
            look(watch, server);
            // The same context, which would resume its session.
            assertThrows(IOException.class, () -> expectServed(connect(server, one)));
            expectServed(connect(server, two));
            assertTrue(server.listener().failedHandshakes() >= 2);
        }
    }

    private static void expectServed(SSLSocket socket) throws IOException {
        try (RawClient client = new RawClient(socket)) {
            client.send(RawClient.CONNECT_V311).expect(CONNACK);
        }
    }

    @Test
    void anEndThatComesNearIsSaidThreeTimes() throws Exception {
        Instant end = now.get().plus(Duration.ofDays(40)).truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
        write(pki.sign(pki.host("first").notAfter(end)));
        TlsWatch watch = begin(null);
        for (int day = 0; day < 50; day++) {
            now.set(now.get().plus(Duration.ofDays(1)));
            watch.look(options -> Future.succeededFuture());
        }
        String which = "listener tls: listeners.0.tls.certificates.0.cert = " + dir.resolve("tls.crt") + ": ";
        assertEquals(
                List.of(
                        which + "expires in less than 30 days, at " + end,
                        which + "expires in less than 7 days, at " + end,
                        which + "has expired at " + end + "; clients refuse it"),
                logged(Level.WARN));
        assertTrue(watch.secondsLeft(0) < -9 * 86_400, () -> "" + watch.secondsLeft(0));
    }

    @Test
    void aListThatGoesOutOfDateIsSaidTwice() throws Exception {
        Instant begin = now.get().truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
        Instant end = begin.plus(Duration.ofDays(8));
        Path authorities = Files.writeString(dir.resolve("ca.crt"), pki.pem());
        Path list = Files.write(dir.resolve("ca.crl"), pki.revoked(begin, end));
        write(pki.sign(pki.host("first").notAfter(begin.plus(Duration.ofDays(365)))));
        TlsWatch watch = begin(authorities, List.of(list));
        assertEquals(1, watch.lists());
        for (int day = 0; day < 10; day++) {
            now.set(now.get().plus(Duration.ofDays(1)));
            watch.look(options -> Future.succeededFuture());
        }
        String which = "listener tls: listeners.0.tls.crl.0 = " + list + ", list of CN=Test CA: ";
        assertEquals(
                List.of(
                        which + "expires in less than 2 days, at " + end,
                        which + "has expired at " + end
                                + "; clients with certificates of its authority are refused until there is a new one"),
                logged(Level.WARN));
        assertTrue(watch.secondsLeftOfList(0) < -86_400, () -> "" + watch.secondsLeftOfList(0));
    }
}
