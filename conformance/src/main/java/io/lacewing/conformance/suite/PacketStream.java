package io.lacewing.conformance.suite;

import io.lacewing.conformance.wire.Bytes;
import io.lacewing.conformance.wire.MalformedException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Cuts a stream of bytes into packets. A time-out leaves what came so far for the next call. */
final class PacketStream {
    private static final int MAX_PACKET = 64 * 1024 * 1024;

    private final Socket socket;
    private final InputStream in;
    private Bytes header = new Bytes();
    private int headerSize;
    private int remaining;
    private byte @Nullable [] packet;
    private int filled;

    /** Reads {@code in}, whose waiting is bounded by the time-out of {@code socket}. */
    PacketStream(Socket socket, InputStream in) {
        this.socket = socket;
        this.in = in;
    }

    byte @Nullable [] next(Duration within) throws IOException {
        long end = System.nanoTime() + within.toNanos();
        while (packet == null) {
            int next = read(end);
            if (next < 0) {
                if (headerSize > 0) {
                    throw new EOFException("closed in the middle of a packet");
                }
                return null;
            }
            header.u8(next);
            if (headerSize > 0) {
                remaining |= (next & 0x7F) << (7 * (headerSize - 1));
            }
            headerSize++;
            if (headerSize > 1 && next < 0x80) {
                if (next == 0 && headerSize > 2) {
                    throw new MalformedException("a remaining length that is not in its shortest form");
                }
                begin();
            } else if (headerSize == 5) {
                throw new MalformedException("a remaining length of more than four bytes");
            }
        }
        return rest(end);
    }

    private void begin() {
        if (remaining > MAX_PACKET) {
            throw new MalformedException("a packet of " + remaining + " bytes");
        }
        byte[] head = header.toArray();
        byte[] whole = new byte[headerSize + remaining];
        System.arraycopy(head, 0, whole, 0, headerSize);
        packet = whole;
        filled = headerSize;
    }

    private byte[] rest(long end) throws IOException {
        byte[] whole = packet;
        if (whole == null) {
            throw new IllegalStateException("no packet has begun");
        }
        while (filled < whole.length) {
            limit(end);
            int count = in.read(whole, filled, whole.length - filled);
            if (count < 0) {
                throw new EOFException("closed in the middle of a packet");
            }
            filled += count;
        }
        packet = null;
        header = new Bytes();
        headerSize = 0;
        remaining = 0;
        return whole;
    }

    private int read(long end) throws IOException {
        limit(end);
        return in.read();
    }

    private void limit(long end) throws IOException {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
            throw new SocketTimeoutException("nothing came in time");
        }
        socket.setSoTimeout((int) left);
    }
}
