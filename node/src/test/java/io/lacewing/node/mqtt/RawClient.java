package io.lacewing.node.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;

/** A client that knows bytes and nothing else, for tests of what is on the wire. Bytes are written as in {@link Bytes}. */
public final class RawClient implements AutoCloseable {
    /** How long it waits for what it expects. */
    public static final int TIMEOUT_MILLIS = 10_000;

    /** CONNECT packets with clean start, keep alive 60 and client id "c". */
    public static final String CONNECT_V5 = "10 0e 0004'MQTT' 05 02 003c 00 0001'c'";

    public static final String CONNECT_V311 = "10 0d 0004'MQTT' 04 02 003c 0001'c'";
    public static final String CONNECT_V31 = "10 0f 0006'MQIsdp' 03 02 003c 0001'c'";

    private final Socket socket;
    private final OutputStream out;
    private final DataInputStream in;

    /** Connects to a port of this machine. */
    public RawClient(int port) throws IOException {
        this(connect(port));
    }

    /** On a socket that is connected, as by TLS. */
    public RawClient(Socket connected) throws IOException {
        socket = connected;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        out = socket.getOutputStream();
        in = new DataInputStream(socket.getInputStream());
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
        return socket;
    }

    public RawClient send(String bytes) throws IOException {
        return send(Bytes.of(bytes));
    }

    public RawClient send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    /** Reads as many bytes as are expected, and they are these. */
    public RawClient expect(String bytes) throws IOException {
        return expect(Bytes.of(bytes));
    }

    public RawClient expect(byte[] bytes) throws IOException {
        assertEquals(Bytes.hex(bytes), Bytes.hex(read(bytes.length)));
        return this;
    }

    public byte[] read(int length) throws IOException {
        byte[] bytes = new byte[length];
        int have = 0;
        try {
            while (have < length) {
                int count = in.read(bytes, have, length - have);
                if (count < 0) {
                    throw new EOFException("closed after " + have + " bytes: "
                            + Bytes.hex(bytes).substring(0, 2 * have));
                }
                have += count;
            }
        } catch (SocketTimeoutException e) {
            fail(
                    "only " + have + " of " + length + " bytes came: "
                            + Bytes.hex(bytes).substring(0, 2 * have),
                    e);
        }
        return bytes;
    }

    /** Reads one whole packet, whatever it is. */
    public byte[] readPacket() throws IOException {
        int first = in.readUnsignedByte();
        int length = 0;
        int shift = 0;
        int b;
        do {
            b = in.readUnsignedByte();
            length |= (b & 0x7F) << shift;
            shift += 7;
        } while (b >= 0x80);
        return Bytes.packet(first, read(length));
    }

    /** True if something has come that was not read. */
    public boolean hasMore() throws IOException {
        return in.available() > 0;
    }

    /** The server closes, and says nothing more. */
    public void expectClosed() throws IOException {
        try {
            int next = in.read();
            assertEquals(-1, next, "a byte came instead of the end");
        } catch (SocketTimeoutException e) {
            fail("the connection is still open", e);
        } catch (SocketException reset) {
            // The server had not read everything when it closed: as much an end as any other.
            assertEquals("Connection reset", reset.getMessage());
        }
    }

    /** The server has closed in order: all its bytes have been read, and its direction ends without a reset. */
    public void expectEnd() throws IOException {
        try {
            assertEquals(-1, in.read(), "a byte came instead of the end");
        } catch (SocketTimeoutException e) {
            fail("the connection is still open", e);
        }
    }

    /** Ends our direction; what the server still sends can be read. */
    public RawClient shutdownOutput() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
