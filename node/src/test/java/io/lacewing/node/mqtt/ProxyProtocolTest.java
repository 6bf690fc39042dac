package io.lacewing.node.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.mqtt.entrance.ListenerEntrance;
import io.lacewing.node.mqtt.entrance.NodeEntrance;
import io.lacewing.node.mqtt.entrance.Refusal;
import io.lacewing.node.net.Network;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyProtocolException;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers of the PROXY protocol, byte by byte: who is believed, what is a header, and whom it names. */
@ExtendWith(NoLeaks.class)
class ProxyProtocolTest {
    private static final String CONNACK = "20 02 00 00";
    private static final String PROXY = "127.0.0.1";
    private static final String STRANGER = "127.0.0.2";

    private final ListenerEntrance entrance = new ListenerEntrance(
            "tcp",
            new ListenerEntrance.Rules(
                    address -> !Network.of("198.51.100.0/24").contains(address), 0, 0, Network.of(PROXY)::contains),
            NodeEntrance.open());

    private ListenerOptions options() {
        return EchoServer.tcp().entrance(entrance);
    }

    private static EchoServer start(ListenerOptions options, boolean nativeTransport) {
        return nativeTransport
                ? EchoServer.startNative(options, ProxyProtocolTest::telling)
                : EchoServer.start(options, ProxyProtocolTest::telling);
    }

    private static Echo telling(EchoServer server, Endpoint endpoint) {
        server.event(endpoint.remoteAddress() + " " + endpoint.proxiedName());
        return new Echo(server, endpoint);
    }

    private static RawClient from(String address, EchoServer server) throws Exception {
        return new RawClient(ProxyHeaders.from(address, server.port()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void version1(boolean nativeTransport) throws Exception {
        try (EchoServer server = start(options(), nativeTransport);
                RawClient client = from(PROXY, server)) {
            client.send(ProxyHeaders.v1("203.0.113.7", 5000))
                    .send(RawClient.CONNECT_V311)
                    .expect(CONNACK);
            server.expectEvent("203.0.113.7:5000 null");
            client.send("c0 00").expect("d0 00");
        }
    }

    @Test
    void version1OfIpv6() throws Exception {
        try (EchoServer server = start(options(), false);
                RawClient client = from(PROXY, server)) {
            client.send("'PROXY TCP6 2001:db8::1 2001:db8::2 5000 1883' 0d0a" + RawClient.CONNECT_V311)
                    .expect(CONNACK);
            server.expectEvent("2001:db8:0:0:0:0:0:1:5000 null");
        }
    }

    /** All in one, and each byte by itself. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void version2InOnePieceAndInMany(boolean inMany) throws Exception {
        byte[] all = Bytes.join(
                ProxyHeaders.v2(ProxyHeaders.extension(0x04, "0000")),
                Bytes.of(RawClient.CONNECT_V311),
                Bytes.of("c0 00"));
        try (EchoServer server = start(options(), true);
                RawClient client = from(PROXY, server)) {
            for (int i = 0; inMany && i < all.length; i++) {
                client.send(new byte[] {all[i]});
            }
            if (!inMany) {
                client.send(all);
            }
            client.expect(CONNACK).expect("d0 00");
            server.expectEvent("203.0.113.7:5000 null");
        }
    }

    @Test
    void version2OfIpv6AndMappedIpv4() throws Exception {
        String to = "20010db8000000000000000000000002 1388 075b";
        try (EchoServer server = start(options(), false)) {
            try (RawClient client = from(PROXY, server)) {
                client.send(ProxyHeaders.v2(0x21, 0x21, "20010db8000000000000000000000001" + to));
                client.send(RawClient.CONNECT_V311).expect(CONNACK);
                server.expectEvent("2001:db8:0:0:0:0:0:1:5000 null");
            }
            server.expectEvent("closed");
            try (RawClient client = from(PROXY, server)) {
                client.send(ProxyHeaders.v2(0x21, 0x21, "00000000000000000000ffffcb007107" + to));
                client.send(RawClient.CONNECT_V311).expect(CONNACK);
                server.expectEvent("203.0.113.7:5000 null");
            }
        }
    }

    /** The name counts if the client has shown its certificate and the proxy has found it valid. */
    @ParameterizedTest
    @CsvSource({
        "3, 0, ann", // by TLS, and with a certificate on this connection
        "5, 0, ann", // or in this session
        "7, 0, ann",
        "1, 0, null", // no certificate
        "2, 0, null", // no TLS
        "3, 1, null", // not valid
        "7, 10, null"
    })
    void commonName(int flags, int verify, String name) throws Exception {
        try (EchoServer server = start(options(), false);
                RawClient client = from(PROXY, server)) {
            client.send(ProxyHeaders.v2(ProxyHeaders.tls(flags, verify, "ann")));
            client.send(RawClient.CONNECT_V311).expect(CONNACK);
            server.expectEvent("203.0.113.7:5000 " + name);
        }
    }

    /** A certificate without a common name, or of which the proxy does not tell it, is one all the same. */
    @ParameterizedTest
    @CsvSource({"03, ''", "05, ''", "01, null"})
    void aCertificateWithoutAName(String flags, String name) throws Exception {
        try (EchoServer server = start(options(), false);
                RawClient client = from(PROXY, server)) {
            client.send(ProxyHeaders.v2(ProxyHeaders.extension(0x20, flags + "00000000")));
            client.send(RawClient.CONNECT_V311).expect(CONNACK);
            server.expectEvent("203.0.113.7:5000 " + name);
        }
    }

    /** A proxy's own connection, for a health check: it is who it is. */
    @Test
    void onItsOwnBehalf() throws Exception {
        String header = "0d0a0d0a000d0a515549540a 20 00 0000";
        try (EchoServer server = start(options(), false)) {
            try (RawClient check = from(PROXY, server)) {
                check.send(header);
            }
            try (RawClient client = from(PROXY, server)) {
                client.send(header + RawClient.CONNECT_V311).expect(CONNACK);
                server.expectEventOf("127.0.0.1:");
            }
        }
        assertEquals(0, refused(Refusal.PROXY_HEADER));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void strangersAreNotBelievedAndNotServed(boolean nativeTransport) throws Exception {
        try (EchoServer server = start(options(), nativeTransport)) {
            ProxyHeaders.expectRefused(STRANGER, server.port());
            server.expectNoEvent();
        }
        assertEquals(1, refused(Refusal.UNTRUSTED_PROXY));
    }

    /** Closed at once, with no time-out waited for: the listener's is a minute. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                RawClient.CONNECT_V311,
                "16 03 01 00",
                "'PROXX'",
                // From a proxy on this machine: the client may be anywhere.
                "'PROXY UNKNOWN' 0d0a",
                "'PROXY UNKNOWN ::1 ::1 1 2' 0d0a",
                "0d0a0d0a000d0a515549540a 21 00 0000",
                "'GET / HTTP/1.1'",
                "0d0a0d0b",
                "'PROXY TCP4 203.0.113.7' 0d0a 1020",
                "'PROXY TCP4 1.2.3.999 1.2.3.4 1 2' 0d0a",
                "'PROXY UDP4 1.2.3.4 1.2.3.4 1 2' 0d0a",
                // A version, a command, a family and a transport that are not there, and too few bytes for IPv4.
                "0d0a0d0a000d0a515549540a 31 11 000c cb007107 c0000263 1388 075b",
                "0d0a0d0a000d0a515549540a 22 11 000c cb007107 c0000263 1388 075b",
                "0d0a0d0a000d0a515549540a 21 41 000c cb007107 c0000263 1388 075b",
                "0d0a0d0a000d0a515549540a 21 12 000c cb007107 c0000263 1388 075b",
                "0d0a0d0a000d0a515549540a 21 11 0004 cb007107"
            })
    void whatIsNoHeader(String bytes) throws Exception {
        try (EchoServer server = start(options().connectTimeout(Duration.ofMinutes(1)), false);
                RawClient client = from(PROXY, server)) {
            client.send(bytes).expectClosed();
            server.expectNoEvent();
        }
        assertEquals(1, refused(Refusal.PROXY_HEADER));
    }

    /** What follows a header that is refused is nobody's CONNECT. */
    @Test
    void clientsThatAreNotLetIn() throws Exception {
        try (EchoServer server = start(options(), false);
                RawClient client = from(PROXY, server)) {
            client.send(Bytes.join(ProxyHeaders.v1("198.51.100.1", 5000), Bytes.of(RawClient.CONNECT_V311)));
            client.expectClosed();
            server.expectNoEvent();
        }
        assertEquals(1, refused(Refusal.NETWORK));
        assertEquals(0, refused(Refusal.PROXY_HEADER));
    }

    @Test
    void aCommonNameMustBeUtf8() throws Exception {
        try (EchoServer server = start(options(), false);
                RawClient client = from(PROXY, server)) {
            client.send(
                    ProxyHeaders.v2(ProxyHeaders.extension(0x20, "03 00000000" + ProxyHeaders.extension(0x22, "ff"))));
            client.expectClosed();
            server.expectNoEvent();
        }
        assertEquals(1, refused(Refusal.PROXY_HEADER));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TCP", "WEBSOCKET"})
    void aHeaderThatDoesNotComeOrDoesNotEnd(String type) throws Exception {
        ListenerOptions options =
                options().type(ListenerOptions.Type.valueOf(type)).connectTimeout(Duration.ofMillis(300));
        try (EchoServer server = start(options, false)) {
            List<RawClient> clients = new ArrayList<>();
            for (String begin : List.of("", "'P'", "'PROXY TCP4 '", "0d0a0d0a000d0a515549540a 21 11 ffff")) {
                clients.add(from(PROXY, server).send(begin));
            }
            for (RawClient client : clients) {
                client.expectClosed();
                client.close();
            }
            server.expectNoEvent();
        }
        assertTrue(refused(Refusal.PROXY_HEADER) <= 4);
    }

    /** It may promise 64 KiB; it gets room for a few. */
    @Test
    void aHeaderIsBounded() throws Exception {
        try (EchoServer server = start(options().connectTimeout(Duration.ofMinutes(1)), false);
                RawClient client = from(PROXY, server)) {
            client.send(ProxyHeaders.v2(ProxyHeaders.extension(0x04, "00".repeat(ProxyHeader.MAX_EXTENSIONS + 300))));
            client.expectClosed();
            server.expectNoEvent();
        }
        assertEquals(1, refused(Refusal.PROXY_HEADER));
    }

    @Test
    void webSocket() throws Exception {
        ListenerOptions options = options().type(ListenerOptions.Type.WEBSOCKET);
        try (EchoServer server = start(options, true);
                RawClient client = from(PROXY, server)) {
            client.send(ProxyHeaders.v2(ProxyHeaders.tls(3, 0, "ann")));
            WebSocketTest.handshake(client, "/mqtt");
            client.send(WebSocketTest.frame(0x82, RawClient.CONNECT_V311)).expect("82 04" + CONNACK);
            server.expectEvent("203.0.113.7:5000 ann");
        }
    }

    /** Where nobody has said that there are proxies, a header is a packet, and a bad one. */
    @Test
    void aListenerWithoutProxies() throws Exception {
        try (EchoServer server = start(EchoServer.tcp(), false)) {
            for (byte[] header : List.of(ProxyHeaders.v1("203.0.113.7", 5000), ProxyHeaders.v2(""))) {
                try (RawClient client = from(PROXY, server)) {
                    client.send(Bytes.join(header, Bytes.of(RawClient.CONNECT_V311)));
                    client.expectClosed();
                }
            }
            server.expectNoEvent();
        }
    }

    /** Loopback means this machine; only a proxy on it can speak of that. */
    @Test
    void anotherMachinesLoopback() throws Exception {
        HAProxyMessage header = new HAProxyMessage(
                HAProxyProtocolVersion.V2,
                HAProxyCommand.PROXY,
                HAProxyProxiedProtocol.TCP4,
                "127.0.0.1",
                "192.0.2.1",
                5000,
                1883);
        InetAddress away = InetAddress.getByAddress(new byte[] {10, 0, 0, 5});
        assertThrows(HAProxyProtocolException.class, () -> ProxiedClient.of(header, away));
        assertNotNull(ProxiedClient.of(header, InetAddress.getLoopbackAddress()));
        header.release();
        HAProxyMessage unknown = new HAProxyMessage(
                HAProxyProtocolVersion.V1, HAProxyCommand.PROXY, HAProxyProxiedProtocol.UNKNOWN, null, null, 0, 0);
        assertNull(ProxiedClient.of(unknown, away));
        assertThrows(HAProxyProtocolException.class, () -> ProxiedClient.of(unknown, InetAddress.getLoopbackAddress()));
        unknown.release();
    }

    private long refused(Refusal why) {
        return entrance.refused(why);
    }
}
