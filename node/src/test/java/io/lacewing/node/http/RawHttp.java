package io.lacewing.node.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A connection on which a test sends what no proper client would. */
final class RawHttp implements AutoCloseable {
    private final Socket socket;

    RawHttp(int port) throws IOException {
        this(port, 1);
    }

    /** From another address of this machine: {@code 127.0.0.from}. */
    RawHttp(int port, int from) throws IOException {
        socket = new Socket();
        socket.bind(new InetSocketAddress(HttpFixture.address(from), 0));
        socket.connect(new InetSocketAddress(HttpFixture.address(1), port), 10_000);
        socket.setSoTimeout(60_000);
    }

    RawHttp send(String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
        return this;
    }

    /** All that comes until the other side closes. */
    String rest() throws IOException {
        InputStream in = socket.getInputStream();
        try {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (SocketException reset) {
            return "";
        }
    }

    /** The next byte; -1 if the other side has closed. */
    int read() throws IOException {
        try {
            return socket.getInputStream().read();
        } catch (SocketException reset) {
            return -1;
        }
    }

    /** What is answered to one request; the lines of its head must be without a Connection header. */
    static String once(int port, String head, String body) throws IOException {
        try (RawHttp raw = new RawHttp(port)) {
            return raw.send(head + "Connection: close\r\n\r\n" + body).rest();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
