package io.lacewing.lab.planted;

import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A TCP proxy in front of a broker that passes MQTT packets on and tells one kind of lie, where it can only once. */
public final class Meddler implements AutoCloseable {
    private static final int OWN_PACKET_ID = 64_999;
    private static final int LET_PASS = 20;

    private final Lie lie;
    private final InetSocketAddress broker;
    private final ServerSocket server;
    private final AtomicBoolean told = new AtomicBoolean();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    /** Listens on a free port of this host. */
    public Meddler(Lie lie, InetSocketAddress broker) {
        this.lie = lie;
        this.broker = broker;
        try {
            this.server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    /** Where clients connect to. */
    public InetSocketAddress address() {
        return new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
    }

    /** Whether it has lied. */
    public boolean hasLied() {
        return told.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException closed) {
                close();
            }
        }
    }

    private void serve(Socket client) {
        sockets.add(client);
        try (client;
                Socket up = new Socket()) {
            sockets.add(up);
            client.setTcpNoDelay(true);
            up.setTcpNoDelay(true);
            up.connect(broker, 2_000);
            Pair pair = new Pair(client, up);
            Thread back = Thread.ofVirtual().start(() -> pump(pair, up, client, false));
            pump(pair, client, up, true);
            up.shutdownInput();
            back.join();
            sockets.remove(up);
        } catch (IOException broken) {
            broken(client);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(client);
        }
    }

    private static void pump(Pair pair, Socket from, Socket to, boolean toBroker) {
        try (to) {
            BufferedInputStream in = new BufferedInputStream(from.getInputStream());
            for (Frame frame = Frame.read(in); frame != null; frame = Frame.read(in)) {
                pair.pass(frame, toBroker);
            }
        } catch (IOException broken) {
            broken(from);
        }
    }

    /** Who is at the other end is told by the close. */
    private static void broken(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One client and its connection to the broker. */
    private final class Pair {
        private final OutputStream toClient;
        private final OutputStream toBroker;
        private final ReentrantLock lock = new ReentrantLock();
        private final Map<String, Integer> passed = new ConcurrentHashMap<>();
        private String id = "";
        private boolean ends;
        private @Nullable Frame held;

        Pair(Socket client, Socket up) throws IOException {
            this.toClient = client.getOutputStream();
            this.toBroker = up.getOutputStream();
        }

        void pass(Frame frame, boolean up) throws IOException {
            lock.lock();
            try {
                if (!(up ? lieToBroker(frame) : lieToClient(frame))) {
                    (up ? toBroker : toClient).write(frame.toArray());
                }
            } finally {
                lock.unlock();
            }
        }

        private boolean once() {
            return told.compareAndSet(false, true);
        }

        /** What becomes of a packet of the client; true if it is not passed on. */
        private boolean lieToBroker(Frame frame) throws IOException {
            if (frame.type() == PacketType.CONNECT) {
                id = frame.clientId();
                ends = frame.endsWithConnection() && !frame.cleanStart();
            }
            if (lie == Lie.STALE && frame.type() == PacketType.PUBLISH && frame.retain() && frame.qos() == 1) {
                if (passed.merge("retained", 1, Integer::sum) > LET_PASS) {
                    told.set(true);
                    toClient.write(Packets.ack(PacketType.PUBACK, frame.packetId()));
                    return true;
                }
            }
            if (lie == Lie.REPEAT && frame.type() == PacketType.PUBREC && frame.packetId() == OWN_PACKET_ID) {
                toClient.write(Packets.ack(PacketType.PUBREL, OWN_PACKET_ID));
                return true;
            }
            return lie == Lie.REPEAT && frame.type() == PacketType.PUBCOMP && frame.packetId() == OWN_PACKET_ID;
        }

        /** What becomes of a packet of the broker; true if it is not passed on. */
        private boolean lieToClient(Frame frame) throws IOException {
            if (frame.type() == PacketType.CONNACK) {
                return lieOfSession(frame);
            }
            boolean victim = frame.type() == PacketType.PUBLISH
                    && id.contains("-online-")
                    && !frame.topic().contains("x/") // what transient publishers send may come twice
                    && passed.merge("qos" + frame.qos(), 1, Integer::sum) > LET_PASS;
            if (!victim) {
                return false;
            }
            return switch (lie) {
                case LOSE -> lose(frame);
                case REPEAT -> repeat(frame);
                case SWAP -> swap(frame);
                case NONE, FORGET, RAISE, STALE -> false;
            };
        }

        private boolean lieOfSession(Frame frame) throws IOException {
            boolean forget = lie == Lie.FORGET && frame.sessionPresent() && id.contains("-absent-");
            boolean raise = lie == Lie.RAISE && !frame.sessionPresent() && ends && id.contains("-ender-");
            if ((forget || raise) && once()) {
                toClient.write(frame.withSessionPresent(raise).toArray());
                return true;
            }
            return false;
        }

        private boolean lose(Frame frame) throws IOException {
            if (frame.qos() == 1 && once()) {
                toBroker.write(Packets.ack(PacketType.PUBACK, frame.packetId()));
                return true;
            }
            return false;
        }

        private boolean repeat(Frame frame) throws IOException {
            if (frame.qos() == 2 && once()) {
                toClient.write(frame.toArray());
                toClient.write(frame.withPacketId(OWN_PACKET_ID).toArray());
                return true;
            }
            return false;
        }

        private boolean swap(Frame frame) throws IOException {
            Frame earlier = held;
            if (earlier != null && frame.qos() == 1 && frame.topic().equals(earlier.topic())) {
                toClient.write(frame.toArray());
                toClient.write(earlier.toArray());
                held = null;
                return true;
            }
            if (earlier == null && frame.qos() == 1 && once()) {
                held = frame;
                return true;
            }
            return false;
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
