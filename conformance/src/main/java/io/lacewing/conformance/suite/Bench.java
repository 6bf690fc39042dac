package io.lacewing.conformance.suite;

import io.lacewing.conformance.wire.ConnectPacket;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.PublishPacket;
import io.lacewing.conformance.wire.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What a case has in its hands: names that no other case uses, and connections, which are closed at its end. Where the
 * target is a cluster, each further connection goes to the next node. Used by the case's thread only.
 */
public final class Bench implements AutoCloseable {
    /** A table of which so many rows have failed has told enough; each more may wait for all of its patience. */
    private static final int MAX_FAILED_ROWS = 10;

    private final Target target;
    private final Version version;
    private final Capabilities capabilities;
    private final String name;
    private final Transcript transcript = new Transcript();
    private final List<Client> clients = new ArrayList<>();
    private final List<String> retained = new ArrayList<>();
    private final List<String> failedRows = new ArrayList<>();
    private int nextAddress;
    private int names;

    /**
     * Makes what one trial needs.
     *
     * @param name of the trial; letters and digits, in no other trial's use at the time, as topics and client ids begin
     *     with it
     * @param firstAddress of the target's addresses, the place of the first to be used
     */
    Bench(Target target, Version version, Capabilities capabilities, String name, int firstAddress) {
        this.target = target;
        this.version = version;
        this.capabilities = capabilities;
        this.name = name;
        this.nextAddress = firstAddress;
    }

    public Version version() {
        return version;
    }

    public boolean v5() {
        return version == Version.V5;
    }

    /** What the broker says of itself. */
    public Capabilities capabilities() {
        return capabilities;
    }

    /** True if what the standards only recommend is asked for too. */
    public boolean strict() {
        return target.strict();
    }

    /** How long an answer may take. */
    public Duration patience() {
        return target.patience();
    }

    /** The client's side of enhanced authentication; without one the trial is skipped. */
    public ClientMechanism mechanism() {
        ClientMechanism mechanism = target.mechanism();
        if (mechanism == null) {
            throw new Skip("no mechanism of enhanced authentication is known for this broker");
        }
        return mechanism;
    }

    /** Ends the trial as skipped if the broker can't be asked for this. */
    public void skipUnless(boolean possible, String why) {
        if (!possible) {
            throw new Skip(why);
        }
    }

    // ---- names ----

    /** A topic that is this trial's own: the same for the same {@code end}. */
    public String topic(String end) {
        return "lwc/" + name + "/" + end;
    }

    /** A client id that nobody has used; of letters and digits, 23 at most. */
    public String clientId() {
        return name + "c" + ++names;
    }

    // ---- connections ----

    /** A connection without a CONNECT. */
    public Client open() {
        int place = Math.floorMod(nextAddress++, target.addresses().size());
        TcpChannel channel = new TcpChannel(target.addresses().get(place), target.patience());
        return client(channel, "tcp" + place);
    }

    /**
     * A connection that has asked for a WebSocket; the trial is skipped if the target has none.
     *
     * @param protocols the sub protocols to offer, with commas between; null for none
     */
    public WebSocketClient webSocket(@Nullable String protocols) {
        skipUnless(!target.webSockets().isEmpty(), "the broker is not known to take WebSockets");
        int place = Math.floorMod(nextAddress++, target.webSockets().size());
        WebSocketChannel channel =
                new WebSocketChannel(target.webSockets().get(place), target.path(), protocols, target.patience());
        return new WebSocketClient(channel, client(channel, "ws" + place), transcript);
    }

    private Client client(Channel channel, String way) {
        Client client = new Client("#" + (clients.size() + 1) + " " + way, version, channel, transcript, target);
        clients.add(client);
        return client;
    }

    /** A CONNECT that is in order, with a client id of its own, to be changed and sent. */
    public ConnectPacket connectPacket() {
        return connectPacket(clientId());
    }

    /** A CONNECT that is in order, to be changed and sent. */
    public ConnectPacket connectPacket(String clientId) {
        ConnectPacket packet = new ConnectPacket(version, clientId);
        Target.Credentials credentials = target.credentials();
        if (credentials != null) {
            packet.userName(credentials.userName()).password(credentials.password());
        }
        return packet;
    }

    /** A client with a session that ends with its connection. */
    public Client connect() {
        return connect(connectPacket());
    }

    /** A client whose CONNECT is accepted. */
    public Client connect(ConnectPacket packet) {
        Client client = open();
        client.connect(packet);
        return client;
    }

    /** A PUBLISH at QoS 0, to be changed and sent. */
    public PublishPacket publishPacket(String topic, String payload) {
        return new PublishPacket(version, topic, payload);
    }

    // ---- retained messages ----

    /** A retained message that is removed when the trial ends. */
    public void retain(String topic, String payload) {
        retain(publishPacket(topic, payload));
    }

    /** A retained message on {@code topic}, published by a client of its own, that is removed when the trial ends. */
    public void retain(PublishPacket packet) {
        Client client = connect();
        willRetain(packet.topic());
        client.publish(packet.qos(1, client.nextPacketId()).retain());
        client.disconnect();
    }

    /** The case itself retains a message on this topic: it is removed when the trial ends. */
    public void willRetain(String topic) {
        retained.add(topic);
    }

    // ---- rows ----

    /** What one row of a table does. */
    @FunctionalInterface
    public interface Row {
        /** As {@link Case.Body#run}. */
        void run() throws Exception;
    }

    /**
     * Runs a row of a table. If it fails the others are run all the same, but for those after many that failed, and the
     * trial fails at the end.
     */
    public void row(String what, Row row) throws Exception {
        if (failedRows.size() == MAX_FAILED_ROWS) {
            return;
        }
        transcript.add("row", what);
        int open = clients.size();
        try {
            row.run();
        } catch (Failure e) {
            transcript.add("row", "FAILED: " + e.getMessage());
            failedRows.add(what + ": " + e.getMessage());
        }
        while (clients.size() > open) {
            clients.removeLast().close();
        }
    }

    // ---- time ----

    /** Lets time pass, which is what the case is about: an expiry, a delay. Never to wait for the broker's work. */
    public void letPass(Duration time) {
        transcript.add("time", time.toMillis() + " ms pass");
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    // ---- for the suite ----

    /** What went over the wire. */
    List<String> transcript() {
        return transcript.lines();
    }

    /** What the failed rows say; null if there is none. */
    @Nullable
    String failedRows() {
        return failedRows.isEmpty() ? null : String.join("; ", failedRows);
    }

    /** Closes all connections and removes the retained messages. */
    @Override
    public void close() {
        clients.forEach(Client::close);
        clients.clear();
        if (!retained.isEmpty()) {
            Client client = connect();
            for (String topic : retained) {
                client.retain(topic, "");
            }
            client.close();
        }
    }

    /** Asks the broker what it can do. */
    static Capabilities ask(Target target, Version version, String name) {
        if (version == Version.V3) {
            return Capabilities.ALL;
        }
        try (Bench bench = new Bench(target, version, Capabilities.ALL, name, 0)) {
            Packet connack = bench.open().connect(bench.connectPacket().keepAlive(0));
            return Capabilities.of(connack);
        }
    }
}
