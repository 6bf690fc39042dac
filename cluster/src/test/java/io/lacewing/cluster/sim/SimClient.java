package io.lacewing.cluster.sim;

import io.lacewing.cluster.sim.Packet.Ack;
import io.lacewing.persistence.shard.ConnectionId;
import io.lacewing.persistence.shard.ShardOp;
import io.lacewing.persistence.shard.Will;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A client that keeps the rules of MQTT: it sends again after a reconnect what was not acknowledged, keeps its QoS 2 state
 * as long as its session, and may acknowledge late. What it sends and gets goes into the book.
 */
final class SimClient {
    private static final long NEVER_EXPIRES = 4_294_967_295L;
    private static final int MAX_PENDING = 20;

    private final World world;
    private final Scheduler scheduler;
    private final Traits traits;
    private final Inbound inbound;
    private final Map<Integer, Out> pending = new LinkedHashMap<>();
    private final Set<TopicFilter> wanted = new TreeSet<>();
    private final Set<TopicFilter> confirmed = new TreeSet<>();
    private final Map<Integer, TopicFilter> asked = new LinkedHashMap<>();
    private final List<WillFate> earlier = new ArrayList<>();
    private @Nullable Wire wire;
    private @Nullable SimNode at;
    private boolean connected;
    private boolean cleanDialled;
    private boolean discarded;
    private final List<ConnectionId> dialled = new ArrayList<>();
    private int lastAttached;
    private long lastAttachEpoch;
    private boolean sessionSure;
    private boolean fresh = true;
    private @Nullable WillFate will;
    private long era;
    private long connections;
    private int lastPacketId;

    /**
     * What a client is like.
     *
     * @param id its client id
     * @param persistent whether its session outlives its connections
     * @param window its Receive Maximum
     * @param qos at which it subscribes
     * @param ackDelay the longest it takes to acknowledge, in milliseconds
     * @param hasWill whether it connects with wills
     * @param keeps true: it never unsubscribes and never gives up its session
     */
    record Traits(String id, boolean persistent, int window, Qos qos, long ackDelay, boolean hasWill, boolean keeps) {}

    private static final class Out {
        final Publication publication;
        final Message message;
        boolean released;

        Out(Publication publication, Message message) {
            this.publication = publication;
            this.message = message;
        }
    }

    SimClient(World world, Traits traits) {
        this.world = world;
        this.scheduler = world.scheduler();
        this.traits = traits;
        this.inbound = new Inbound(world, traits);
    }

    Traits traits() {
        return traits;
    }

    Inbound inbound() {
        return inbound;
    }

    boolean isConnected() {
        return connected;
    }

    /** True if it is connecting or connected. */
    boolean isBusy() {
        return wire != null;
    }

    /** True if its session was discarded behind its back: {@link KnownGap#CONNECT_COMES_LATE}. */
    boolean isDoubtful() {
        return discarded;
    }

    Set<TopicFilter> confirmed() {
        return confirmed;
    }

    /** True if it waits for nothing. */
    boolean isIdle() {
        return connected && pending.isEmpty() && asked.isEmpty() && inbound.isIdle() && confirmed.containsAll(wanted);
    }

    // ---- what it does ----

    /** Connects to a node; an older connection is left to itself. */
    void connect(SimNode node, boolean cleanStart) {
        Wire old = wire;
        if (old != null) {
            gone(old);
            if (scheduler.chance(0.7)) {
                old.cut(3_000, 0); // else the node finds it open when the client id is taken over
            }
        }
        at = node;
        Wire dial = new Wire(scheduler, node.host()::isAwake, traits.id() + "-" + ++connections);
        wire = dial;
        // Until a CONNECT with clean start is answered it can't tell what session there is.
        boolean clean = cleanStart || cleanDialled;
        cleanDialled = clean;
        if (clean || !traits.persistent()) {
            forget();
        }
        sessionSure &= !clean;
        dial.client(packet -> receive(dial, packet), () -> gone(dial));
        dialled.add(node.room().accept(dial));
        dial.up(new Packet.Connect(
                traits.id(),
                clean || !traits.persistent(),
                traits.persistent() ? NEVER_EXPIRES : 0,
                traits.window(),
                newWill(clean)));
        scheduler.after(scheduler.between(4_000, 40_000), () -> {
            if (wire == dial && !connected) {
                dial.cut(1_000, 0);
            }
        });
    }

    private @Nullable Will newWill(boolean cleanStart) {
        earlier.forEach(fate -> fate.replaced(cleanStart));
        if (!traits.hasWill()) {
            return null;
        }
        long delay = scheduler.chance(0.5) ? 0 : scheduler.between(1, 4);
        Publication publication = world.book()
                .newPublication(new Publication.About(
                        traits.id(), TopicName.of("will/" + traits.id()), Qos.EXACTLY_ONCE, false, -connections));
        WillFate fate = new WillFate(world, publication, traits, delay);
        world.book().add(fate);
        earlier.add(fate);
        will = fate;
        return new Will(publication.message(false), delay, -1);
    }

    private void leaveGroups() {
        wanted.stream()
                .filter(TopicFilter::isShared)
                .forEach(filter -> world.book().memberLeft(filter, isDoubtful()));
    }

    /** The session's state ends on this side. */
    private void forget() {
        leaveGroups();
        fresh = true;
        era++;
        confirmed.clear();
        asked.clear();
        inbound.newEra();
        List<Out> again = new ArrayList<>(pending.values());
        pending.clear();
        for (Out out : again) {
            if (out.publication.qos == Qos.AT_LEAST_ONCE) {
                pending.put(nextPacketId(), out);
            }
        }
    }

    /** The network breaks. */
    void lose() {
        Wire now = wire;
        if (now != null) {
            now.cut(3_000, 0);
        }
    }

    /** DISCONNECT. */
    void disconnect() {
        Wire now = wire;
        if (now != null && connected) {
            WillFate fate = will;
            if (fate != null) {
                fate.disconnected();
            }
            now.up(new Packet.Disconnect());
            now.closeAfterSending(true);
            gone(now);
        }
    }

    /** A new message, if there is room among those that wait. */
    void publish(TopicName topic, Qos qos, boolean retain, boolean clear) {
        Wire now = wire;
        if (now == null || !connected || pending.size() >= MAX_PENDING) {
            return;
        }
        long part = qos == Qos.AT_MOST_ONCE ? connections << 32 : era;
        Publication publication =
                world.book().newPublication(new Publication.About(traits.id(), topic, qos, retain, part));
        publication.sends = 1;
        publication.sentAt = scheduler.now();
        world.book().expect(publication, world.clients());
        Message message = publication.message(clear);
        int packetId = qos == Qos.AT_MOST_ONCE ? 0 : nextPacketId();
        if (packetId > 0) {
            pending.put(packetId, new Out(publication, message));
        }
        now.up(new Packet.Publish(packetId, qos, false, retain, message));
    }

    private int nextPacketId() {
        do {
            lastPacketId = lastPacketId % 65_535 + 1;
        } while (pending.containsKey(lastPacketId) || asked.containsKey(lastPacketId));
        return lastPacketId;
    }

    void subscribe(TopicFilter filter) {
        wanted.add(filter);
        Wire now = wire;
        if (now != null && connected && !asked.containsValue(filter)) {
            int packetId = nextPacketId();
            asked.put(packetId, filter);
            now.up(new Packet.Subscribe(packetId, Subscription.plain(filter, traits.qos())));
        }
    }

    void unsubscribe(TopicFilter filter) {
        Wire now = wire;
        boolean free = now != null && connected && !traits.keeps() && !asked.containsValue(filter);
        if (now != null && free && confirmed.remove(filter)) {
            wanted.remove(filter);
            inbound.release(filter);
            if (filter.isShared()) {
                world.book().memberLeft(filter, false);
            }
            int packetId = nextPacketId();
            asked.put(packetId, filter);
            now.up(new Packet.Unsubscribe(packetId, filter));
        }
    }

    /** The filters that it has or asks for. */
    List<TopicFilter> wanted() {
        return List.copyOf(wanted);
    }

    // ---- what happens to it ----

    /** The shard has applied one of its CONNECTs: {@link KnownGap#CONNECT_COMES_LATE} if a later one was before it. */
    void attached(ShardOp.Attach attach, long epoch) {
        int dial = dialled.indexOf(attach.connection());
        if (epoch < lastAttachEpoch) {
            return; // it was applied before, and repeated
        }
        lastAttachEpoch = epoch;
        if (dial >= lastAttached) {
            lastAttached = dial;
            return;
        }
        earlier.forEach(WillFate::doubt);
        if (attach.cleanStart() && traits.persistent()) {
            discarded = true;
            inbound.doubt();
            leaveGroups();
            pending.values().forEach(out -> out.publication.doubtful = true);
        }
    }

    private void gone(Wire which) {
        if (wire == which) {
            boolean cutOff = at != null && at.wasCutOff();
            inbound.connectionEnded(era, cutOff);
            wire = null;
            connected = false;
            asked.clear();
            WillFate fate = will;
            if (fate != null) {
                fate.ended();
                if (cutOff) {
                    fate.cutOff();
                }
            }
            if (!traits.persistent()) {
                leaveGroups();
                confirmed.clear();
            }
        }
    }

    private void receive(Wire from, Packet packet) {
        if (wire != from) {
            return;
        }
        switch (packet) {
            case Packet.Connack connack -> connack(from, connack);
            case Packet.Suback suback -> {
                TopicFilter filter = asked.remove(suback.packetId());
                if (filter != null) {
                    confirmed.add(filter);
                }
            }
            case Packet.Unsuback unsuback -> {
                TopicFilter filter = asked.remove(unsuback.packetId());
                if (filter != null && wanted.contains(filter)) {
                    subscribe(filter);
                }
            }
            case Packet.Publish publish -> inbound.publish(from, publish);
            case Ack ack -> acknowledged(from, ack);
            case Packet.Connect wrong -> throw new IllegalStateException("from a server: " + wrong);
            case Packet.Subscribe wrong -> throw new IllegalStateException("from a server: " + wrong);
            case Packet.Unsubscribe wrong -> throw new IllegalStateException("from a server: " + wrong);
            case Packet.Disconnect gone -> from.cut(0, 0);
        }
    }

    private void connack(Wire from, Packet.Connack connack) {
        if (sessionSure && !discarded && !connack.sessionPresent()) {
            throw new Violation(Invariant.SESSION_KEPT, traits.id() + " has lost its session");
        }
        connected = true;
        sessionSure = traits.persistent();
        cleanDialled = false;
        inbound.connected(from);
        WillFate fate = will;
        if (fate != null) {
            earlier.remove(fate);
            earlier.forEach(WillFate::followed);
            earlier.clear();
            earlier.add(fate);
            fate.connected();
        }
        if (!connack.sessionPresent() && !fresh) {
            forget();
        }
        fresh = false;
        for (Map.Entry<Integer, Out> entry : pending.entrySet()) {
            Out out = entry.getValue();
            if (out.released) {
                from.up(new Ack(Ack.Kind.PUBREL, entry.getKey()));
            } else {
                out.publication.sends++;
                out.publication.doubtful |= discarded;
                from.up(new Packet.Publish(
                        entry.getKey(), out.publication.qos, true, out.publication.retain, out.message));
            }
        }
        for (TopicFilter filter : wanted()) {
            if (!confirmed.contains(filter)) {
                subscribe(filter);
            }
        }
    }

    private void acknowledged(Wire from, Ack ack) {
        int packetId = ack.packetId();
        Out out = pending.get(packetId);
        switch (ack.kind()) {
            case PUBACK, PUBCOMP -> {
                if (out != null) {
                    world.book().acknowledged(out.publication);
                    pending.remove(packetId);
                }
            }
            case PUBREC -> {
                if (out != null) {
                    world.book().acknowledged(out.publication);
                    out.released = true;
                }
                from.up(new Ack(Ack.Kind.PUBREL, packetId));
            }
            case PUBREL -> inbound.pubrel(from, packetId);
        }
    }

    /** Waits, as text. */
    String waitsFor() {
        StringBuilder text = new StringBuilder(traits.id() + (connected ? "" : " is not connected"));
        Iterator<Out> waiting = pending.values().iterator();
        if (waiting.hasNext()) {
            text.append(" waits for an acknowledgement of ").append(waiting.next().publication);
        }
        if (!asked.isEmpty()) {
            text.append(" waits for SUBACK or UNSUBACK of ").append(asked.values());
        }
        return text.append(inbound.isIdle() ? "" : " has messages open").toString();
    }
}
