package io.lacewing.lab.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lacewing.conformance.wire.Bytes;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.lab.planted.Frame;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Objects;

/** A broker that does what the test says, on one connection at a time. */
final class ScriptedBroker implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;

    private final ServerSocket server;
    private Socket socket = new Socket();
    private InputStream in = InputStream.nullInputStream();

    ScriptedBroker() throws IOException {
        this.server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        server.setSoTimeout(PATIENCE_MILLIS);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
    }

    /** Takes the next connection and its CONNECT, and accepts it. */
    Frame accept(boolean sessionPresent) throws IOException {
        socket.close();
        socket = server.accept();
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
        Frame connect = expect(PacketType.CONNECT);
        send(Packets.packet(PacketType.CONNACK.first(), sessionPresent ? 1 : 0, 0, 0));
        return connect;
    }

    /** The next packet, which must be of this type. */
    Frame expect(PacketType type) throws IOException {
        Frame frame = Objects.requireNonNull(Frame.read(in), "the client has closed");
        assertEquals(type, frame.type());
        return frame;
    }

    /** Grants the next SUBSCRIBE. */
    void grant(int qos) throws IOException {
        Frame subscribe = expect(PacketType.SUBSCRIBE);
        Bytes body = new Bytes().u16(subscribe.packetId()).u8(0).u8(qos);
        send(Packets.packet(PacketType.SUBACK.first(), body.toArray()));
    }

    void send(byte[] packet) throws IOException {
        socket.getOutputStream().write(packet);
    }

    void cut() throws IOException {
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        server.close();
    }
}
