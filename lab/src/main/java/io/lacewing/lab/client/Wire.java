package io.lacewing.lab.client;

import io.lacewing.conformance.wire.MalformedException;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.Version;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Packets on a TCP connection. What is sent waits until {@link #flush}, or until {@link #next} would wait. Sent by one thread
 * at a time, read by one.
 */
final class Wire implements AutoCloseable {
    private static final int MAX_PACKET = 4 * 1024 * 1024;

    private final Socket socket = new Socket();
    private final InputStream in;
    private final OutputStream out;

    /** Connects; gives up after so many milliseconds. */
    Wire(InetSocketAddress to, int timeoutMillis) throws IOException {
        try {
            socket.setTcpNoDelay(true);
            socket.connect(to, timeoutMillis);
            this.in = new BufferedInputStream(socket.getInputStream());
            this.out = new BufferedOutputStream(socket.getOutputStream());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    void send(byte[] packet) throws IOException {
        out.write(packet);
    }

    void flush() throws IOException {
        out.flush();
    }

    /** Whether the next packet, or a part of it, has come already. */
    boolean hasNext() throws IOException {
        return in.available() > 0;
    }

    /**
     * The next packet.
     *
     * @return null if none began within so many milliseconds
     * @throws IOException if the connection is over, or stopped in the middle of a packet
     * @throws MalformedException if what came is no packet
     */
    @Nullable
    Packet next(int timeoutMillis) throws IOException {
        socket.setSoTimeout(timeoutMillis);
        int first;
        try {
            first = in.read();
        } catch (SocketTimeoutException nothing) {
            return null;
        }
        if (first < 0) {
            throw new EOFException("closed by the broker");
        }
        int length = 0;
        int next;
        int size = 1;
        do {
            next = in.read();
            if (next < 0) {
                throw new EOFException("closed by the broker in the middle of a packet");
            }
            length |= (next & 0x7F) << (7 * (size - 1));
            size++;
        } while (next > 127 && size < 5);
        if (next > 127 || length > MAX_PACKET) {
            throw new MalformedException("a packet of " + length + " bytes or more");
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("closed by the broker in the middle of a packet");
        }
        return Packet.parse(Version.V5, first, body, size + length);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
