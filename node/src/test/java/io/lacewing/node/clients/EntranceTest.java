package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.BrokerFixture;
import io.lacewing.node.NoComplaints;
import io.lacewing.node.Passwords;
import io.lacewing.node.mqtt.Bytes;
import io.lacewing.node.mqtt.NoLeaks;
import io.lacewing.node.mqtt.ProxyHeaders;
import io.lacewing.node.mqtt.RawClient;
import io.lacewing.node.tls.Pki;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Who may connect to a node, how many and how fast, and what proxies say; by the node's own configuration. */
@ExtendWith({NoLeaks.class, NoComplaints.class})
class EntranceTest {
    private static final String CONNACK = "20 02 00 00";

    @TempDir
    private Path dir = Path.of("");

    private static RawClient from(String address, BrokerFixture broker) throws Exception {
        return new RawClient(ProxyHeaders.from(address, broker.tcp()));
    }

    /** CONNECT of MQTT 3.1.1 with a clean session. */
    private static byte[] connect(String clientId) {
        return Bytes.packet(
                0x10, "0004'MQTT' 04 02 003c" + String.format("%04x", clientId.length()) + "'" + clientId + "'");
    }

    /** CONNECT of this level, with a clean session and a password. */
    private static byte[] login(int level, String clientId, String user) {
        return Bytes.packet(
                0x10,
                "0004'MQTT'" + String.format("%02x", level) + "c2 003c" + (level == 5 ? "00" : "") + text(clientId)
                        + text(user) + text("secret"));
    }

    private static String text(String text) {
        return String.format("%04x", text.length()) + "'" + text + "'";
    }

    private static double metric(BrokerFixture broker, String name) throws Exception {
        Matcher found =
                Pattern.compile("(?m)^" + Pattern.quote(name) + " (\\S+)$").matcher(PasswordTest.metrics(broker));
        assertTrue(found.find(), name);
        return Double.parseDouble(found.group(1));
    }

    private static double refused(BrokerFixture broker, String listener, String cause) throws Exception {
        return metric(
                broker, "lacewing_connections_refused_total{cause=\"" + cause + "\",listener=\"" + listener + "\"}");
    }

    @Test
    void networks() throws Exception {
        try (BrokerFixture broker = BrokerFixture.start(
                        "listeners.0.networks.allow=[127.0.0.0/8]", "listeners.0.networks.deny=[127.0.0.2, '::1']");
                RawClient allowed = from("127.0.0.1", broker);
                RawClient other = from("127.0.0.3", broker)) {
            ProxyHeaders.expectRefused("127.0.0.2", broker.tcp());
            allowed.send(connect("a")).expect(CONNACK);
            other.send(connect("b")).expect(CONNACK);
            assertEquals(1, refused(broker, "tcp", "network"));
            assertEquals(2, metric(broker, "lacewing_listener_connections{listener=\"tcp\"}"));
        }
    }

    @Test
    void aListenersConnections() throws Exception {
        try (BrokerFixture broker = BrokerFixture.start("listeners.0.maxConnections=2")) {
            try (RawClient client = broker.raw().send(connect("a"))) {
                client.expect(CONNACK);
                // Who has said nothing counts as well, and no more when it has gone.
                try (RawClient silent = broker.raw()) {
                    ProxyHeaders.expectRefused("127.0.0.1", broker.tcp());
                    assertEquals(1, metric(broker, "lacewing_connections_pending"));
                    assertTrue(!silent.hasMore());
                }
                assertEquals(1, refused(broker, "tcp", "listener_limit"));
                awaitIn(broker, "b");
            }
        }
    }

    /** Places become free some time after a socket was closed. */
    private static void awaitIn(BrokerFixture broker, String clientId) throws Exception {
        long end = System.nanoTime() + 60_000_000_000L;
        while (true) {
            try (RawClient client = broker.raw()) {
                client.send(connect(clientId)).expect(CONNACK);
                return;
            } catch (IOException refused) {
                assertTrue(System.nanoTime() < end, "not let in: " + refused);
            }
        }
    }

    @Test
    void aListenersRateIsItsOwn() throws Exception {
        try (BrokerFixture broker = BrokerFixture.start("listeners.0.connectRate=2")) {
            rateHolds(broker, "listener_rate");
            try (RawClient other = new RawClient(broker.webSocket())) {
                assertEquals(0, refused(broker, "ws", "listener_rate"));
                assertTrue(!other.hasMore());
            }
        }
    }

    @Test
    void theNodesRate() throws Exception {
        try (BrokerFixture broker = BrokerFixture.start("limits.connectRate=2")) {
            rateHolds(broker, "node_rate");
        }
    }

    /** At two a second most of 40 connections are closed at once; and it goes on afterwards. */
    private static void rateHolds(BrokerFixture broker, String cause) throws Exception {
        long start = System.nanoTime();
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            try {
                clients.add(ProxyHeaders.from("127.0.0.1", broker.tcp()));
            } catch (SocketException soon) {
                ProxyHeaders.expectReset(soon);
            }
        }
        long seconds = (System.nanoTime() - start) / 1_000_000_000L + 1;
        awaitIn(broker, "late");
        double refused = refused(broker, "tcp", cause);
        assertTrue(refused >= 40 - 2 - 2 * seconds, refused + " refused in " + seconds + " s");
        for (Socket client : clients) {
            client.close();
        }
    }

    @Test
    void anAddressesConnections() throws Exception {
        try (BrokerFixture broker = BrokerFixture.start("limits.maxConnectionsPerAddress=2");
                RawClient first = from("127.0.0.2", broker);
                RawClient second = from("127.0.0.2", broker);
                RawClient other = from("127.0.0.3", broker)) {
            ProxyHeaders.expectRefused("127.0.0.2", broker.tcp());
            first.send(connect("a")).expect(CONNACK);
            second.send(connect("b")).expect(CONNACK);
            other.send(connect("c")).expect(CONNACK);
            assertEquals(1, refused(broker, "tcp", "address_limit"));
        }
    }

    @Test
    void aUsersClients() throws Exception {
        Path users = dir.resolve("users");
        Passwords.put(users, "ann", "secret".getBytes(StandardCharsets.UTF_8));
        Passwords.put(users, "bob", "secret".getBytes(StandardCharsets.UTF_8));
        try (BrokerFixture broker =
                        BrokerFixture.start("limits.maxConnectionsPerUser=2", "auth.passwordFile=" + users);
                RawClient first = broker.raw().send(login(4, "a", "ann"));
                RawClient second = broker.raw().send(login(4, "b", "ann"))) {
            first.expect(CONNACK);
            second.expect(CONNACK);
            try (RawClient third = broker.raw().send(login(4, "c", "ann"))) {
                third.expect("20 02 00 03").expectClosed();
            }
            try (RawClient third = broker.raw().send(login(5, "c", "ann"))) {
                String connack = Bytes.hex(third.readPacket());
                assertTrue(connack.matches("20..0097.*"), connack);
                third.expectClosed();
            }
            // Others, and those whose name nobody has checked, are not in ann's way; nor is she herself.
            try (RawClient other = broker.raw().send(login(4, "c", "bob"));
                    RawClient again = broker.raw().send(login(4, "a", "ann"))) {
                other.expect(CONNACK);
                again.expect(CONNACK);
                first.expectClosed();
                again.send("e0 00").expectClosed();
            }
            awaitLogin(broker, "d");
        }
    }

    /** The place of a client that has gone is free as soon as the broker has noticed. */
    private static void awaitLogin(BrokerFixture broker, String clientId) throws Exception {
        long end = System.nanoTime() + 60_000_000_000L;
        String connack;
        do {
            try (RawClient client = broker.raw().send(login(4, clientId, "ann"))) {
                connack = Bytes.hex(client.readPacket());
            }
        } while (!connack.equals("20020000") && System.nanoTime() < end);
        assertEquals("20020000", connack);
    }

    /**
     * By a proxy the client has its own address in rules, bounds and for anonymous clients, and the name that the proxy has
     * verified is its certificate's.
     */
    @Test
    void behindAProxy() throws Exception {
        Path rules = Files.writeString(dir.resolve("rules.yaml"), """
                rules:
                  - {networks: [203.0.113.0/24], allow: all, topics: ["from/${cert.cn}/#"]}
                """);
        try (BrokerFixture broker = BrokerFixture.start(
                "listeners.0.proxyProtocol.trusted=[127.0.0.1]",
                "listeners.0.networks.deny=[203.0.113.9]",
                "auth.certificate.identity=cn",
                "auth.aclFile=" + rules)) {
            try (RawClient named = from("127.0.0.1", broker)) {
                named.send(ProxyHeaders.v2(ProxyHeaders.tls(3, 0, "ann"))).send(connect("a"));
                named.expect(CONNACK);
                named.send(Bytes.packet(0x82, "0001" + text("from/ann/x") + "00"))
                        .expect("90 03 0001 00");
                named.send(Bytes.packet(0x82, "0002" + text("from/bob/x") + "00"))
                        .expect("90 03 0002 80");
            }
            // Only those on this machine may be anonymous, and this one is elsewhere.
            try (RawClient unverified = from("127.0.0.1", broker)) {
                unverified.send(ProxyHeaders.v2(ProxyHeaders.tls(3, 18, "ann"))).send(connect("b"));
                unverified.expect("20 02 00 05").expectClosed();
            }
            try (RawClient denied = from("127.0.0.1", broker)) {
                denied.send(Bytes.join(ProxyHeaders.v1("203.0.113.9", 1), connect("c")));
                denied.expectClosed();
            }
            ProxyHeaders.expectRefused("127.0.0.2", broker.tcp());
            assertEquals(1, refused(broker, "tcp", "network"));
            assertEquals(1, refused(broker, "tcp", "untrusted_proxy"));
            assertEquals(0, refused(broker, "tcp", "proxy_header"));
        }
    }

    /** Who has shown a certificate is held to it, though the proxy does not say what is in it. */
    @Test
    void aCertificateBehindAProxyBinds() throws Exception {
        try (BrokerFixture broker = BrokerFixture.start(
                "listeners.0.proxyProtocol.trusted=[127.0.0.1]",
                "auth.anonymous=allow",
                "auth.certificate.clientId=cn")) {
            for (String unnamed : List.of(ProxyHeaders.extension(0x20, "03 00000000"), ProxyHeaders.tls(3, 0, ""))) {
                try (RawClient client = from("127.0.0.1", broker)) {
                    client.send(ProxyHeaders.v2(unnamed)).send(connect("a"));
                    client.expect("20 02 00 05").expectClosed();
                }
            }
            try (RawClient client = from("127.0.0.1", broker)) {
                client.send(ProxyHeaders.v2(ProxyHeaders.tls(3, 0, "a"))).send(connect("a"));
                client.expect(CONNACK);
            }
            try (RawClient without = from("127.0.0.1", broker)) {
                without.send(ProxyHeaders.v2("")).send(connect("b"));
                without.expect(CONNACK);
            }
        }
    }

    /** The header comes before the handshake. */
    @Test
    void tlsBehindAProxy() throws Exception {
        Pki pki = new Pki("Test CA");
        Pki.write(pki.sign(pki.host("localhost").addSanIpAddress("127.0.0.1")), dir, "server");
        try (BrokerFixture broker = BrokerFixture.start(
                "listeners.2.type=tls",
                "listeners.2.host=127.0.0.1",
                "listeners.2.port=0",
                "listeners.2.tls.certificates.0.cert=" + dir.resolve("server.pem"),
                "listeners.2.tls.certificates.0.key=" + dir.resolve("server.key"),
                "listeners.2.proxyProtocol.trusted=[127.0.0.1]",
                "limits.maxConnectionsPerAddress=1",
                "auth.anonymous=allow")) {
            try (RawClient client = secure(pki, broker, ProxyHeaders.v1("203.0.113.7", 5000))) {
                client.send(connect("a")).expect(CONNACK).send("c0 00").expect("d0 00");
                // One more from there is refused after its header and before its handshake.
                try (Socket more = ProxyHeaders.from("127.0.0.1", broker.port("tls"))) {
                    more.getOutputStream().write(ProxyHeaders.v1("203.0.113.7", 5001));
                    ProxyHeaders.expectRefused(more);
                }
                assertEquals(1, refused(broker, "tls", "address_limit"));
                // An address of its own has a place of its own.
                try (RawClient other = secure(pki, broker, ProxyHeaders.v1("203.0.113.8", 5000))) {
                    other.send(connect("b")).expect(CONNACK);
                }
            }
            try (Socket bare = ProxyHeaders.from("127.0.0.1", broker.port("tls"))) {
                bare.getOutputStream().write(Bytes.of("16 03 01 02 00 01"));
                ProxyHeaders.expectRefused(bare);
            }
            assertEquals(1, refused(broker, "tls", "proxy_header"));
        }
    }

    private static RawClient secure(Pki pki, BrokerFixture broker, byte[] header) throws Exception {
        Socket plain = ProxyHeaders.from("127.0.0.1", broker.port("tls"));
        plain.setSoTimeout(RawClient.TIMEOUT_MILLIS);
        plain.getOutputStream().write(header);
        SSLSocket socket = (SSLSocket)
                pki.client(null).getSocketFactory().createSocket(plain, "localhost", broker.port("tls"), true);
        socket.startHandshake();
        return new RawClient(socket);
    }
}
