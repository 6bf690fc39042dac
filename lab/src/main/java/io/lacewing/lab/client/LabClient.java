package io.lacewing.lab.client;

import io.lacewing.conformance.wire.ConnectPacket;
import io.lacewing.conformance.wire.MalformedException;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.Property;
import io.lacewing.conformance.wire.SubscribePacket;
import io.lacewing.conformance.wire.Version;
import io.lacewing.lab.history.ClientLog;
import io.lacewing.lab.history.Finding;
import io.lacewing.lab.history.History;
import io.lacewing.lab.history.Sends.Manner;
import io.lacewing.lab.history.SessionLog;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A careful MQTT 5 client: while it is wanted online it connects, with back-off and to one broker after the other, goes on with
 * its session if that is there and drops its state if not, and tells apart what was acknowledged from what was not. It has at
 * most one subscription. Thread-safe; its own virtual thread reads.
 */
public final class LabClient implements AutoCloseable {
    private static final int TCP_MILLIS = 2_000;
    private static final int CONNACK_MILLIS = 5_000;
    private static final int KEEP_ALIVE_SECONDS = 8;
    private static final int PING_MILLIS = 2_000;
    private static final int SILENT_PINGS = 3;
    private static final int FIRST_PAUSE_MILLIS = 50;
    private static final int LAST_PAUSE_MILLIS = 1_000;
    private static final int SUBSCRIBE_ID = 65_000;
    private static final int PAYLOAD = 64;

    private final History history;
    private final ClientLog log;
    private final Route route;
    private final int window;
    private final String filter;
    private final int filterQos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final SessionState state;
    private final Thread thread;

    private Terms terms;
    private boolean wanted;
    private boolean ended;
    private @Nullable Wire wire;
    private boolean recorded; // a CONNECT whose end is not recorded yet
    private int connections;
    private boolean subscribed;
    private int subscription;
    private volatile long lastDelivery;

    /**
     * What a client is.
     *
     * @param window how many QoS 1 and 2 messages it has on the way at most
     * @param filter what it subscribes to; empty for nothing
     */
    public record Plan(String id, Terms terms, int window, String filter, int qos) {}

    /** Offline until {@link #online}. */
    public LabClient(History history, Plan plan, Route route) {
        this.history = history;
        this.log = history.client(plan.id(), plan.terms().expiry() > 0);
        this.route = route;
        this.terms = plan.terms();
        this.window = plan.window();
        this.filter = plan.filter();
        this.filterQos = plan.qos();
        this.state = new SessionState(history, log, PAYLOAD);
        this.lastDelivery = history.now();
        this.thread = Thread.ofVirtual().name(plan.id()).start(this::run);
    }

    public ClientLog log() {
        return log;
    }

    // ---- what its user wants ----

    /** It connects, and connects again whenever the connection breaks. */
    public void online() {
        with(() -> {
            wanted = true;
            route.restart();
        });
    }

    /** The same with other terms for its next CONNECTs. Only while it is offline. */
    public void online(Terms other) {
        with(() -> {
            terms = other;
            wanted = true;
            route.restart();
        });
    }

    /** Its connection ends, with a DISCONNECT that keeps the session expiry or without any. */
    public void offline(boolean farewell) {
        with(() -> {
            wanted = false;
            Wire open = wire;
            if (open != null) {
                end(open, farewell);
            }
        });
    }

    private void end(Wire open, boolean farewell) {
        wire = null;
        try (open) {
            if (farewell) {
                log.session().disconnecting(terms.expiry());
                open.send(Packets.disconnect());
                open.flush();
            }
            over(SessionLog.WANTED);
        } catch (IOException broken) {
            over("broken at its end: " + broken.getMessage());
        }
    }

    /**
     * Publishes, as soon as it is connected and the window allows it.
     *
     * @return false if it was closed meanwhile, or {@code stop} says that there is no need any more
     */
    public boolean publish(String topic, int qos, Manner manner, BooleanSupplier stop) throws InterruptedException {
        lock.lock();
        try {
            while (wire == null || (qos > 0 && state.open() >= window)) {
                if (ended || stop.getAsBoolean()) {
                    return false;
                }
                boolean signalled = changed.await(100, TimeUnit.MILLISECONDS);
                if (!signalled && stop.getAsBoolean()) {
                    return false;
                }
            }
            byte[] packet = state.publish(topic, qos, manner);
            send(wire, packet);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Sends; a broken connection is for the reader to find. */
    private static void send(Wire to, byte[] packet) {
        try {
            to.send(packet);
            to.flush();
        } catch (IOException broken) {
            closeQuietly(to);
        }
    }

    private static void closeQuietly(Wire wire) {
        try {
            wire.close();
        } catch (IOException e) {
            throw new IllegalStateException("a socket can't be closed", e);
        }
    }

    /** Waits until it is connected and its subscription acknowledged; false if it is not in time. */
    public boolean awaitReady(Duration within) throws InterruptedException {
        return await(within, () -> wire != null && (filter.isEmpty() || subscribed));
    }

    /** Waits until everything that it published is answered; false if it is not in time. */
    public boolean awaitDrained(Duration within) throws InterruptedException {
        return await(within, () -> state.open() == 0);
    }

    private boolean await(Duration within, BooleanSupplier condition) throws InterruptedException {
        lock.lock();
        try {
            long left = within.toNanos();
            while (!condition.getAsBoolean() && left > 0 && !ended) {
                left = changed.awaitNanos(left);
            }
            return condition.getAsBoolean();
        } finally {
            lock.unlock();
        }
    }

    /** When the last message came, or when the client was made, in the history's time. */
    public long lastDelivery() {
        return lastDelivery;
    }

    /** Ends its connection without a word, and itself. Its session is as the broker has it. */
    @Override
    public void close() {
        with(() -> ended = true);
        offline(false);
        thread.interrupt();
    }

    private void with(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    // ---- its thread ----

    private void run() {
        try {
            int failures = 0;
            while (awaitWanted()) {
                if (connect()) {
                    failures = 0;
                } else {
                    failures++;
                }
                pause(failures);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean awaitWanted() throws InterruptedException {
        lock.lock();
        try {
            while (!wanted && !ended) {
                changed.await();
            }
            return !ended;
        } finally {
            lock.unlock();
        }
    }

    private static void pause(int failures) throws InterruptedException {
        int longest = Math.min(LAST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(failures, 10));
        TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(longest / 2, longest + 1));
    }

    /** One connection, to its end; false if it did not come about. */
    private boolean connect() {
        InetSocketAddress to = route.next();
        try (Wire opening = new Wire(to, TCP_MILLIS)) {
            return serve(opening, to);
        } catch (IOException unreachable) {
            return false;
        }
    }

    private boolean serve(Wire opening, InetSocketAddress to) {
        boolean accepted = false;
        String why = "refused";
        try {
            accepted = begin(opening, to);
            if (accepted) {
                read(opening);
            }
        } catch (IOException broken) {
            why = String.valueOf(broken.getMessage());
        } catch (MalformedException malformed) {
            why = "malformed";
            history.complain(Finding.Kind.PROTOCOL, log.id(), String.valueOf(malformed.getMessage()));
        } finally {
            String reason = why;
            with(() -> {
                over(reason);
                wire = null;
            });
        }
        return accepted;
    }

    private boolean begin(Wire opening, InetSocketAddress to) throws IOException {
        Terms asked = attempt(to);
        ConnectPacket connect = new ConnectPacket(Version.V5, log.id())
                .keepAlive(KEEP_ALIVE_SECONDS)
                .cleanStart(asked.cleanStart());
        connect.properties().number(Property.SESSION_EXPIRY_INTERVAL, asked.expiry());
        opening.send(connect.toArray());
        opening.flush();
        Packet answer = opening.next(CONNACK_MILLIS);
        if (answer == null || answer.type() != PacketType.CONNACK) {
            throw new IOException(answer == null ? "no CONNACK in time" : "instead of CONNACK: " + answer);
        }
        if (answer.reason() != 0) {
            log.session().refused(answer.reason());
            return false;
        }
        locked(() -> established(opening, asked, answer));
        return true;
    }

    private Terms attempt(InetSocketAddress to) {
        lock.lock();
        try {
            recorded = true;
            log.session().connecting(terms.cleanStart(), terms.expiry(), to.toString());
            return terms;
        } finally {
            lock.unlock();
        }
    }

    private void established(Wire opening, Terms asked, Packet connack) throws IOException {
        boolean present = connack.sessionPresent();
        log.session().connected(present, connack.number(Property.SESSION_EXPIRY_INTERVAL, asked.expiry()));
        if (connack.number(Property.RECEIVE_MAXIMUM, 65_535) < window) {
            throw new IOException("the broker's Receive Maximum is below the window of " + window);
        }
        if (!wanted || !terms.equals(asked)) {
            throw new IOException(SessionLog.WANTED); // its user has changed its mind meanwhile
        }
        connections++;
        if (present) {
            for (byte[] packet : state.resume()) {
                opening.send(packet);
            }
        } else {
            state.drop();
            subscribed = false;
        }
        if (!filter.isEmpty() && !subscribed) {
            subscription = log.session().subscribing(filter);
            opening.send(new SubscribePacket(Version.V5, SUBSCRIBE_ID)
                    .filter(filter, filterQos)
                    .toArray());
        }
        opening.flush();
        wire = opening;
        changed.signalAll();
    }

    private void read(Wire open) throws IOException {
        int silent = 0;
        while (true) {
            if (!open.hasNext()) {
                locked(open::flush);
            }
            Packet packet = open.next(PING_MILLIS);
            if (packet == null) {
                if (++silent > SILENT_PINGS) {
                    throw new IOException("the broker is silent");
                }
                locked(() -> open.send(Packets.pingreq()));
            } else {
                silent = 0;
                locked(() -> handle(open, packet));
            }
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private void locked(Step step) throws IOException {
        lock.lock();
        try {
            step.run();
        } finally {
            lock.unlock();
        }
    }

    private void handle(Wire from, Packet packet) throws IOException {
        if (wire != from) {
            throw new IOException(SessionLog.WANTED); // what comes after its user's end is not taken
        }
        switch (packet.type()) {
            case PINGRESP -> {}
            case DISCONNECT -> throw new IOException("told to go: " + packet);
            case SUBACK -> {
                log.session().subscribed(subscription, packet.reason() <= 2 ? packet.reason() : 0);
                subscribed = true;
            }
            default -> {
                if (packet.type() == PacketType.PUBLISH) {
                    lastDelivery = history.now();
                }
                byte[] answer = state.handle(packet, connections);
                if (answer != null) {
                    from.send(answer);
                }
            }
        }
        changed.signalAll();
    }

    /** The connection or the attempt is over; recorded once, by whoever sees it first. */
    private void over(String why) {
        if (!recorded) {
            return;
        }
        recorded = false;
        log.session().closed(why);
        if (terms.expiry() == 0) {
            state.drop();
        }
    }
}
