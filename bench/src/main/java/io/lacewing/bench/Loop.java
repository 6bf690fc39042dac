package io.lacewing.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Many connections on one thread: the one that calls {@link #runUntil}. */
final class Loop implements AutoCloseable {
    private static final int ROOM = 64 << 10;
    private static final long LOOK_MILLIS = 10;

    private final Selector selector = Selector.open();
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(ROOM);
    private final List<Connection> dirty = new ArrayList<>();

    Loop() throws IOException {}

    /** One connection: what it is for, its subclass says. */
    abstract static class Connection {
        private final Loop loop;
        private final SocketChannel channel;
        private ByteBuffer in = ByteBuffer.allocate(1 << 10).limit(0);
        private ByteBuffer out = ByteBuffer.allocate(1 << 10);
        private boolean isDirty;

        /** Connects; blocks. */
        Connection(Loop loop, int port) throws IOException {
            this.loop = loop;
            channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            channel.register(loop.selector, SelectionKey.OP_READ, this);
        }

        /**
         * A packet came.
         *
         * @param first its first byte
         * @param body what follows its length, between position and limit
         */
        abstract void received(int first, ByteBuffer body) throws IOException;

        /** The broker closed the connection. */
        void closed() throws IOException {
            throw new IOException("the broker closed a connection");
        }

        /** Sends at the end of the turn. */
        final void send(byte[] packet) {
            if (out.remaining() < packet.length) {
                ByteBuffer larger = ByteBuffer.allocate(Math.max(out.capacity() * 2, out.position() + packet.length));
                out = larger.put(out.flip());
            }
            out.put(packet);
            if (!isDirty) {
                isDirty = true;
                loop.dirty.add(this);
            }
        }

        final void close() throws IOException {
            flush();
            channel.close();
        }

        private void flush() throws IOException {
            isDirty = false;
            out.flip();
            while (out.hasRemaining() && channel.isOpen()) {
                if (channel.write(out) == 0) {
                    Thread.onSpinWait();
                }
            }
            out.clear();
        }

        private void read() throws IOException {
            ByteBuffer scratch = loop.scratch.clear();
            int count = channel.read(scratch);
            if (count < 0) {
                channel.close();
                closed();
                return;
            }
            append(scratch.flip());
            while (channel.isOpen() && readPacket()) {
                // The next one.
            }
        }

        private void append(ByteBuffer more) {
            in.compact();
            if (in.remaining() < more.remaining()) {
                ByteBuffer larger = ByteBuffer.allocate(Math.max(in.capacity() * 2, in.position() + more.remaining()));
                in = larger.put(in.flip());
            }
            in.put(more).flip();
        }

        private boolean readPacket() throws IOException {
            int start = in.position();
            int length = 0;
            for (int i = 1; i <= 4 && start + i < in.limit(); i++) {
                int next = in.get(start + i);
                length |= (next & 0x7F) << (7 * (i - 1));
                if (next >= 0) {
                    int body = start + i + 1;
                    if (in.limit() < body + length) {
                        return false;
                    }
                    received(in.get(start) & 0xFF, in.slice(body, length));
                    in.position(body + length);
                    return true;
                }
            }
            return false;
        }
    }

    /**
     * Runs all connections until it is so.
     *
     * @throws IOException if a connection fails
     */
    void runUntil(BooleanSupplier end) throws IOException {
        while (!end.getAsBoolean()) {
            flush();
            selector.select(LOOK_MILLIS);
            for (SelectionKey key : selector.selectedKeys()) {
                if (key.isValid() && key.attachment() instanceof Connection connection) {
                    connection.read();
                }
            }
            selector.selectedKeys().clear();
        }
        flush();
    }

    private void flush() throws IOException {
        for (Connection connection : dirty) {
            connection.flush();
        }
        dirty.clear();
    }

    /** Closes all connections. */
    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
