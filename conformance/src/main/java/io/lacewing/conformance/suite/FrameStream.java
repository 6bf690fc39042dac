package io.lacewing.conformance.suite;

import io.lacewing.conformance.wire.Bytes;
import io.lacewing.conformance.wire.MalformedException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * The bytes that a server sends in the binary messages of a WebSocket (RFC 6455), as if there were no frames. Its end is the
 * end of the connection or a close frame. A read that times out loses nothing.
 */
final class FrameStream extends InputStream {
    private static final int CONTINUATION = 0;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PONG = 10;
    private static final int MAX_HEADER = 10;

    private final InputStream in;
    private final byte[] header = new byte[MAX_HEADER];
    private int headerSize;
    private long left;
    private int opcode = -1;
    private Bytes control = new Bytes();
    private boolean closed;
    private final Deque<byte[]> pongs = new ArrayDeque<>();

    FrameStream(InputStream in) {
        this.in = in;
    }

    /** Waits for a pong, before which no data must come, and gives its payload. */
    byte[] pong() throws IOException {
        while (pongs.isEmpty()) {
            if (opcode < 0 && !beginFrame()) {
                throw new EOFException("closed, no pong came");
            }
            if (opcode <= BINARY) {
                throw new IOException("data came, no pong");
            }
            while (left > 0) {
                control.u8(in.read());
                left--;
            }
            endFrameIfDone();
        }
        return pongs.removeFirst();
    }

    @Override
    public int read() throws IOException {
        while (!closed) {
            if (opcode < 0 && !beginFrame()) {
                return -1;
            }
            if (left > 0) {
                int next = in.read();
                if (next < 0) {
                    return -1;
                }
                left--;
                if (opcode <= BINARY) {
                    endFrameIfDone();
                    return next;
                }
                control.u8(next);
            }
            endFrameIfDone();
        }
        return -1;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        if (opcode >= 0 && opcode <= BINARY && left > 0) {
            int count = in.read(to, offset, (int) Math.min(length, left));
            left -= Math.max(count, 0);
            endFrameIfDone();
            return count;
        }
        int next = length == 0 ? 0 : read();
        if (next < 0) {
            return -1;
        }
        to[offset] = (byte) next;
        return 1;
    }

    private void endFrameIfDone() {
        if (opcode < 0 || left > 0) {
            return;
        }
        if (opcode == PONG) {
            pongs.add(control.toArray());
        }
        closed = opcode == CLOSE;
        control = new Bytes();
        opcode = -1;
    }

    /** Reads a frame's header; false if the connection ends before it. */
    private boolean beginFrame() throws IOException {
        while (headerSize < headerLength()) {
            int next = in.read();
            if (next < 0) {
                return false;
            }
            header[headerSize++] = (byte) next;
        }
        int size = headerLength();
        left = size == 2 ? header[1] & 0x7F : 0;
        for (byte part : Arrays.copyOfRange(header, 2, size)) {
            left = (left << 8) | (part & 0xFF);
        }
        opcode = header[0] & 0x0F;
        headerSize = 0;
        if ((header[1] & 0x80) != 0) {
            throw new MalformedException("a server's frame under a mask");
        }
        if (opcode != CONTINUATION && opcode != BINARY && opcode < CLOSE) {
            throw new MalformedException("a WebSocket frame with opcode " + opcode + ", which is not binary");
        }
        return true;
    }

    /** How long the header is, as far as it can be told from what has come of it. */
    private int headerLength() {
        int length = headerSize < 2 ? 0 : header[1] & 0x7F;
        return switch (length) {
            case 126 -> 4;
            case 127 -> 10;
            default -> 2;
        };
    }
}
