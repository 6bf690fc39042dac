package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.BrokerFixture;
import io.lacewing.node.Passwords;
import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.auth.Exchange;
import io.lacewing.node.auth.Step;
import io.lacewing.node.mqtt.Bytes;
import io.lacewing.node.mqtt.RawClient;
import io.lacewing.node.tls.Pki;
import io.netty.pkitesting.X509Bundle;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that show certificates, at brokers for which these say who the client is, or what it may be called. */
class CertificateTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path dir;

    @SuppressWarnings("NullAway.Init")
    private static Pki pki;

    /** The certificate is who the client is. */
    @SuppressWarnings("NullAway.Init")
    private static BrokerFixture naming;

    /** The client proves who it is by a password, and is held to its certificate. */
    @SuppressWarnings("NullAway.Init")
    private static BrokerFixture binding;

    @BeforeAll
    static void start() throws Exception {
        pki = new Pki("Test CA");
        Pki.write(pki.sign(pki.host("localhost")), dir, "server");
        Files.writeString(dir.resolve("ca.pem"), pki.pem());
        Path users = dir.resolve("users");
        Passwords.put(users, "ann", utf8("secret"));
        Passwords.put(users, "bob", utf8("secret"));
        naming = start("auth.certificate.identity=cn", "auth.passwordFile=" + users);
        binding = start(
                "auth.certificate.userName=cn",
                "auth.certificate.clientId=dns",
                "auth.passwordFile=" + users,
                "auth.anonymous=allow");
    }

    private static BrokerFixture start(String... more) throws Exception {
        List<String> settings = new ArrayList<>(List.of(
                "listeners.2.type=tls",
                "listeners.2.host=127.0.0.1",
                "listeners.2.port=0",
                "listeners.2.tls.certificates.0.cert=" + dir.resolve("server.pem"),
                "listeners.2.tls.certificates.0.key=" + dir.resolve("server.key"),
                "listeners.2.tls.clientCa=" + dir.resolve("ca.pem"),
                "listeners.2.tls.clientAuth=optional"));
        settings.addAll(List.of(more));
        return BrokerFixture.start(Map.of("ANY", CertificateTest::letIn), settings.toArray(new String[0]));
    }

    private static Exchange letIn(ClientDetails client) {
        return new Exchange() {
            @Override
            public CompletionStage<Step> take(byte @Nullable [] data) {
                return CompletableFuture.completedFuture(new Step.Success(null));
            }

            @Override
            public void cancel() {}
        };
    }

    @AfterAll
    static void stop() throws Exception {
        naming.close();
        binding.close();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static X509Bundle certificate(String commonName, String... dns) throws Exception {
        var asked = pki.subject(commonName);
        for (String name : dns) {
            asked = asked.addSanDnsName(name);
        }
        return pki.sign(asked);
    }

    private static String text(String text) {
        return String.format("%04x", utf8(text).length) + Bytes.hex(utf8(text));
    }

    private static PacketClient tls(BrokerFixture broker, @Nullable X509Bundle own) throws Exception {
        return PacketClient.over(new RawClient(
                pki.client(own).getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), broker.port("tls"))));
    }

    /** Connects; the reason code of the CONNACK. */
    private static String connect(
            BrokerFixture broker,
            @Nullable X509Bundle own,
            String clientId,
            @Nullable String user,
            @Nullable String password)
            throws Exception {
        int flags = 0x02 | (user == null ? 0 : 0x80) | (password == null ? 0 : 0x40);
        String tail = (user == null ? "" : text(user)) + (password == null ? "" : text(password));
        try (PacketClient client = tls(broker, own).connect(clientId, flags, 60, "", tail)) {
            String code = client.next().toString().split(" ", 3)[1];
            if (code.equals("00")) {
                client.ping();
            } else {
                client.expectClosed();
            }
            return code;
        }
    }

    @Test
    void theCertificateIsEnough() throws Exception {
        X509Bundle sensor = certificate("sensor-1");
        assertEquals("00", connect(naming, sensor, "any", null, null));
        assertEquals("00", connect(naming, sensor, "any", "sensor-1", null));
        assertEquals("00", connect(naming, sensor, "any", "sensor-1", "whatever"));
        // Nobody comes by another's name, not even with that one's password.
        assertEquals("87", connect(naming, sensor, "any", "sensor-2", null));
        assertEquals("87", connect(naming, sensor, "any", "ann", "secret"));
    }

    @Test
    void withoutACertificateThePasswordIsAskedFor() throws Exception {
        assertEquals("00", connect(naming, null, "any", "ann", "secret"));
        assertEquals("86", connect(naming, null, "any", "ann", "wrong"));
        assertEquals("86", connect(naming, null, "any", "sensor-1", null));
        // A certificate that names nobody is none.
        X509Bundle nameless = pki.sign(pki.host("sensor-1"));
        assertEquals("00", connect(naming, nameless, "any", "ann", "secret"));
        assertEquals("86", connect(naming, nameless, "any", "sensor-1", null));
    }

    @Test
    void userAndClientAreHeldToTheCertificate() throws Exception {
        X509Bundle ann = certificate("ann", "device-1", "device-2");
        assertEquals("00", connect(binding, ann, "device-1", "ann", "secret"));
        assertEquals("00", connect(binding, ann, "device-2", "ann", "secret"));
        assertEquals("87", connect(binding, ann, "device-3", "ann", "secret"));
        assertEquals("87", connect(binding, ann, "device-1", "bob", "secret"));
        assertEquals("86", connect(binding, ann, "device-1", "ann", "wrong"));
        // Anonymous is not ann.
        assertEquals("87", connect(binding, ann, "device-1", null, null));
        // No name of the kind that is asked for.
        assertEquals("87", connect(binding, certificate("ann"), "device-1", "ann", "secret"));
        // Whoever has no certificate is not held to one.
        assertEquals("00", connect(binding, null, "device-1", "ann", "secret"));
    }

    @Test
    void whoIsRefusedTakesNothingOver() throws Exception {
        try (PacketClient device =
                tls(binding, certificate("ann", "kept")).connect("kept", 0xC2, 60, "", text("ann") + text("secret"))) {
            assertTrue(device.next().toString().startsWith("CONNACK 00"));
            assertEquals("87", connect(binding, certificate("bob", "other"), "kept", "bob", "secret"));
            device.ping();
        }
    }

    /** The binding holds for enhanced authentication too. */
    @Test
    void noMethodGoesAroundTheBinding() throws Exception {
        X509Bundle ann = certificate("ann", "device-1");
        for (String[] trial : new String[][] {{"device-1", "00"}, {"device-2", "87"}}) {
            try (PacketClient client =
                    tls(binding, ann).connect(trial[0], 0x82, 60, AuthClients.method("ANY"), text("ann"))) {
                assertTrue(client.next().toString().startsWith("CONNACK " + trial[1]));
            }
        }
    }
}
