package io.lacewing.node.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.net.IpAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;

/** What proxies send in front of their clients' bytes (the PROXY protocol), and sockets from addresses of a test's choice. */
public final class ProxyHeaders {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    private ProxyHeaders() {}

    /** Version 1, for a client on TCP over IPv4. */
    public static byte[] v1(String client, int port) {
        return Bytes.of("'PROXY TCP4 " + client + " 192.0.2.99 " + port + " 1883' 0d0a");
    }

    /** Version 2, with the command and the family of its 13th and 14th byte, and what follows the length. */
    public static byte[] v2(int command, int family, String rest) {
        byte[] body = Bytes.of(rest);
        return Bytes.join(Bytes.of(SIGNATURE + String.format("%02x%02x%04x", command, family, body.length)), body);
    }

    /** Version 2 for a client at 203.0.113.7:5000, with these extensions. */
    public static byte[] v2(String extensions) {
        return v2(0x21, 0x11, "cb007107 c0000263 1388 075b" + extensions);
    }

    /** An extension. */
    public static String extension(int type, String value) {
        byte[] bytes = Bytes.of(value);
        return String.format("%02x%04x", type, bytes.length) + Bytes.hex(bytes);
    }

    /** The extension about TLS: the client has this common name, as far as {@code flags} and {@code verify} say. */
    public static String tls(int flags, int verify, String commonName) {
        return extension(0x20, String.format("%02x%08x", flags, verify) + extension(0x22, "'" + commonName + "'"));
    }

    /** A connection to this machine's {@code port} from one of its loopback addresses. */
    public static Socket from(String address, int port) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(IpAddress.parse(address), 0));
        socket.connect(new InetSocketAddress(IpAddress.parse("127.0.0.1"), port), RawClient.TIMEOUT_MILLIS);
        return socket;
    }

    /** Connects from one of this machine's loopback addresses, and is closed at once without a word. */
    public static void expectRefused(String address, int port) throws IOException {
        try (Socket socket = from(address, port)) {
            expectRefused(socket);
        } catch (SocketException inTheMiddle) {
            expectReset(inTheMiddle);
        }
    }

    /** A socket that is connected is closed at once; it may be reset already, so nothing else can be done with it. */
    public static void expectRefused(Socket socket) throws IOException {
        try {
            socket.setSoTimeout(RawClient.TIMEOUT_MILLIS);
            assertEquals(-1, socket.getInputStream().read());
        } catch (SocketException reset) {
            expectReset(reset);
        }
    }

    /** This is how a socket ends that the broker has reset. */
    public static void expectReset(SocketException end) {
        assertTrue(String.valueOf(end.getMessage()).startsWith("Connection reset"), end.getMessage());
    }
}
