package io.lacewing.conformance.suite;

import io.lacewing.conformance.wire.Bytes;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Packets on a WebSocket (6), of which the case sees the frames if it wants to. */
final class WebSocketChannel implements Channel {
    private static final int MAX_HEAD = 16 * 1024;
    private static final int FIN = 0x80;
    private static final int BINARY = 2;

    private final Socket socket;
    private final Duration patience;
    private final FrameStream frames;
    private final PacketStream stream;
    private final String[] head;

    /**
     * Asks for a WebSocket.
     *
     * @param protocols the sub protocols to offer, with commas between; null for none
     */
    WebSocketChannel(InetSocketAddress address, String path, @Nullable String protocols, Duration patience) {
        this.patience = patience;
        try {
            this.socket = new Socket();
            socket.setTcpNoDelay(true);
            socket.connect(address, (int) patience.toMillis());
            socket.setSoTimeout((int) patience.toMillis());
            InputStream in = new BufferedInputStream(socket.getInputStream());
            String request = "GET " + path + " HTTP/1.1\r\nHost: " + address.getHostString() + ":" + address.getPort()
                    + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    + (protocols == null ? "" : "Sec-WebSocket-Protocol: " + protocols + "\r\n") + "\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            this.head = readHead(in).split("\r\n", -1);
            this.frames = new FrameStream(in);
            this.stream = new PacketStream(socket, frames);
        } catch (IOException e) {
            throw new UncheckedIOException("can't ask " + address + " for a WebSocket: " + e.getMessage(), e);
        }
    }

    private static String readHead(InputStream in) throws IOException {
        Bytes bytes = new Bytes();
        String text = "";
        for (int size = 0; size < MAX_HEAD && !text.endsWith("\r\n\r\n"); size++) {
            int next = in.read();
            if (next < 0) {
                // A server may refuse without a word.
                return text;
            }
            bytes.u8(next);
            if (next == '\n') {
                text = new String(bytes.toArray(), StandardCharsets.ISO_8859_1);
            }
        }
        return text;
    }

    /** The status code of the answer; 0 if there was none. 101 makes it a WebSocket. */
    int status() {
        String[] parts = head[0].split(" ", 3);
        return parts.length > 1 ? Integer.parseInt(parts[1]) : 0;
    }

    /** A header of the answer; null if it is not there. */
    @Nullable
    String header(String name) {
        String start = name.toLowerCase(Locale.ROOT) + ":";
        return Arrays.stream(head)
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
                .map(line -> line.substring(start.length()).strip())
                .findFirst()
                .orElse(null);
    }

    /** Sends one frame: a masked one, as a client must. */
    void frame(boolean isLast, int opcode, byte[] payload) throws IOException {
        socket.getOutputStream().write(masked(isLast, opcode, payload));
    }

    private static byte[] masked(boolean isLast, int opcode, byte[] payload) {
        Bytes frame = new Bytes().u8((isLast ? FIN : 0) | opcode);
        int length = payload.length;
        if (length < 126) {
            frame.u8(0x80 | length);
        } else if (length < 65_536) {
            frame.u8(0x80 | 126).u16(length);
        } else {
            frame.u8(0x80 | 127).u32(0).u32(length);
        }
        byte[] mask = new byte[4];
        ThreadLocalRandom.current().nextBytes(mask);
        byte[] hidden = new byte[length];
        for (int i = 0; i < length; i++) {
            hidden[i] = (byte) (payload[i] ^ mask[i & 3]);
        }
        return frame.raw(mask).raw(hidden).toArray();
    }

    /** Waits for the next pong and gives its payload. */
    byte[] pong() throws IOException {
        socket.setSoTimeout((int) patience.toMillis());
        return frames.pong();
    }

    @Override
    public void send(byte[]... packets) throws IOException {
        Bytes all = new Bytes();
        for (byte[] packet : packets) {
            all.raw(packet);
        }
        frame(true, BINARY, all.toArray());
    }

    @Override
    public byte @Nullable [] receive(Duration within) throws IOException {
        return stream.next(within);
    }

    @Override
    public void finish() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
