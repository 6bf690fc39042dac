package io.lacewing.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.lacewing.node.tls.Pki;
import io.lacewing.node.tls.TlsWatch;
import io.netty.pkitesting.X509Bundle;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A running node notices by itself that files have changed; what it does then, {@code TlsReloadTest} has. */
class SecuredPlacesTest {
    @TempDir
    private Path dir = Path.of("");

    @Test
    void aNodeLooksAtItsFiles() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(TlsWatch.class);
        BlockingQueue<String> said = new LinkedBlockingQueue<>();
        AppenderBase<ILoggingEvent> log = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                said.add(event.getFormattedMessage());
            }
        };
        log.start();
        logger.addAppender(log);
        logger.setLevel(Level.INFO);
        Pki pki = new Pki("Test CA");
        Pki.write(pki.sign(pki.host("first")), dir, "own");
        try (BrokerFixture broker = BrokerFixture.start(
                "listeners.0.type=tls",
                "listeners.0.tls.certificates.0.cert=" + dir.resolve("own.pem"),
                "listeners.0.tls.certificates.0.key=" + dir.resolve("own.key"))) {
            X509Bundle second = pki.sign(pki.host("second"));
            Pki.write(second, dir, "own");
            String next = said.poll(30, TimeUnit.SECONDS);
            assertNotNull(next, "nobody looks");
            assertEquals("listener tls: new certificates for new connections", next);
            try (SSLSocket socket = (SSLSocket) pki.client(null)
                    .getSocketFactory()
                    .createSocket(InetAddress.getLoopbackAddress(), broker.port("tls"))) {
                socket.setSoTimeout(10_000);
                socket.startHandshake();
                assertEquals(second.getCertificate(), socket.getSession().getPeerCertificates()[0]);
            }
        } finally {
            logger.detachAppender(log);
            logger.setLevel(null);
        }
    }
}
