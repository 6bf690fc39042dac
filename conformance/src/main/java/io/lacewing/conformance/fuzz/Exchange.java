package io.lacewing.conformance.fuzz;

import io.lacewing.conformance.wire.MalformedException;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Version;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** An input on its way, and what came back. */
final class Exchange {
    private final Input input;
    private final SocketChannel channel;
    private final long deadline;
    private final ByteBuffer out;
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();

    /** {@code deadline} in System.nanoTime(). */
    Exchange(Input input, SocketChannel channel, long deadline) {
        this.input = input;
        this.channel = channel;
        this.deadline = deadline;
        this.out = ByteBuffer.wrap(input.bytes());
        out.limit(input.cut());
    }

    Input input() {
        return input;
    }

    SocketChannel channel() {
        return channel;
    }

    long deadline() {
        return deadline;
    }

    /** True when all has been written. */
    boolean write() throws IOException {
        channel.write(out);
        if (out.hasRemaining()) {
            return false;
        }
        if (out.limit() < out.capacity()) {
            out.limit(out.capacity());
            return false;
        }
        return true;
    }

    /** Shuts the client's side down. */
    void finish() throws IOException {
        if (channel.isOpen()) {
            channel.shutdownOutput();
        }
    }

    /** True if the broker has closed. */
    boolean read(ByteBuffer buffer) throws IOException {
        buffer.clear();
        int count = channel.read(buffer);
        if (count > 0) {
            byte[] bytes = new byte[count];
            buffer.flip().get(bytes);
            answer.writeBytes(bytes);
        }
        return count < 0;
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What the broker answered, in words.
     *
     * @param cut true if the connection was broken off, so that the last packet may not be whole
     * @throws MalformedException if it is not in order, in whatever version the broker may have seen in the CONNECT
     */
    List<String> answers(boolean cut) {
        byte[] all = answer.toByteArray();
        try {
            return answers(all, input.version(), cut);
        } catch (MalformedException e) {
            Version other = input.version() == Version.V3 ? Version.V5 : Version.V3;
            try {
                return answers(all, other, cut);
            } catch (MalformedException alsoWrong) {
                e.addSuppressed(alsoWrong);
                throw e;
            }
        }
    }

    private static List<String> answers(byte[] all, Version version, boolean cut) {
        List<String> found = new ArrayList<>();
        int at = 0;
        while (at < all.length) {
            int length = 0;
            int header = 1;
            boolean more = true;
            while (more && at + header < all.length) {
                int next = all[at + header];
                length |= (next & 0x7F) << (7 * (header - 1));
                header++;
                more = (next & 0x80) != 0;
            }
            int end = at + header + length;
            if (more || end > all.length) {
                if (cut) {
                    return found;
                }
                throw new MalformedException("it ends in the middle of a packet");
            }
            Packet packet = Packet.parse(version, all[at], Arrays.copyOfRange(all, at + header, end), end - at);
            found.add(words(packet));
            at = end;
        }
        return found;
    }

    private static String words(Packet packet) {
        boolean telling = packet.type() == PacketType.CONNACK || packet.type() == PacketType.DISCONNECT;
        return telling
                ? packet.type() + " 0x" + HexFormat.of().withUpperCase().toHexDigits((byte) packet.reason())
                : packet.type().toString();
    }
}
