package io.lacewing.conformance.suite;

import io.lacewing.conformance.wire.Bytes;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Packets on TCP. */
final class TcpChannel implements Channel {
    private final Socket socket;
    private final PacketStream stream;

    TcpChannel(InetSocketAddress address, Duration patience) {
        try {
            this.socket = new Socket();
            socket.setTcpNoDelay(true);
            socket.connect(address, (int) patience.toMillis());
            this.stream = new PacketStream(socket, new BufferedInputStream(socket.getInputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException("can't connect to " + address + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void send(byte[]... packets) throws IOException {
        Bytes all = new Bytes();
        for (byte[] packet : packets) {
            all.raw(packet);
        }
        socket.getOutputStream().write(all.toArray());
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
