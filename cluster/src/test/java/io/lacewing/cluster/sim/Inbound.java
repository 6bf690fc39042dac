package io.lacewing.cluster.sim;

import io.lacewing.cluster.sim.Packet.Ack;
import io.lacewing.router.Qos;
import io.lacewing.router.TopicFilter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a client receives: its QoS 2 state, what it has not acknowledged, what it should still get. */
final class Inbound {
    private final World world;
    private final Scheduler scheduler;
    private final SimClient.Traits traits;
    /** Packet ids that are sent and not acknowledged on this connection, and the publications. */
    private final Map<Integer, Integer> open = new HashMap<>();
    /** QoS 2 packet ids that are not released, for the session. */
    private final Map<Integer, Integer> unreleased = new HashMap<>();
    /** How often each publication was received in this era, not counting copies from the retained store. */
    private final Map<Integer, Integer> counts = new HashMap<>();
    /** The last new publication per publisher, topic and QoS. */
    private final Map<String, Integer> lasts = new HashMap<>();
    /** What the client was subscribed to when it was sent, and has not come. */
    private final Map<Integer, Publication> expected = new TreeMap<>();

    private final Set<Integer> wasExpected = new HashSet<>();
    private @Nullable Wire wire;
    private boolean hurried;
    private boolean doubtful;

    Inbound(World world, SimClient.Traits traits) {
        this.world = world;
        this.scheduler = world.scheduler();
        this.traits = traits;
    }

    Map<Integer, Publication> expected() {
        return expected;
    }

    /** Its session was discarded behind its back: {@link KnownGap#CONNECT_COMES_LATE}. */
    void doubt() {
        doubtful = true;
        expected.clear();
    }

    /** From now on it acknowledges soon. */
    void hurry() {
        hurried = true;
    }

    boolean isIdle() {
        return open.isEmpty();
    }

    /** How often this publication was received at QoS 2, 1 or 0. */
    int count(int publication) {
        return counts.getOrDefault(publication, 0);
    }

    Map<Integer, Integer> counts() {
        return counts;
    }

    void expect(Publication publication) {
        expected.put(publication.id, publication);
        wasExpected.add(publication.id);
    }

    /** What was expected because of this filter is expected no more. */
    void release(TopicFilter filter) {
        expected.values().removeIf(publication -> filter.matches(publication.topic));
        wasExpected.removeIf(id -> filter.matches(world.book().publication(id).topic));
    }

    void connected(Wire now) {
        wire = now;
        open.clear();
    }

    /**
     * The connection is gone.
     *
     * @param cutOff true if the others went on without its node, which then missed what they published
     */
    void connectionEnded(long era, boolean cutOff) {
        open.clear();
        wire = null;
        if (!traits.persistent()) {
            long surely = scheduler.now() - 2 * Wire.LONGEST - 600;
            for (Publication publication : expected.values()) {
                // QoS 2 is acknowledged when it is stored, and may come later.
                boolean direct = publication.qos == Qos.AT_LEAST_ONCE;
                if (direct && !cutOff && publication.isAcked() && publication.ackedAt < surely) {
                    throw new Violation(
                            Invariant.SUBACK_THEN_DELIVERED,
                            publication + " did not reach " + traits.id() + " in connection era " + era);
                }
            }
            expected.clear();
        }
    }

    /** The session has ended; another begins. */
    void newEra() {
        expected.clear();
        wasExpected.clear();
        counts.clear();
        lasts.clear();
        unreleased.clear();
        open.clear();
    }

    void publish(Wire from, Packet.Publish packet) {
        int id = Publication.idOf(packet.message());
        world.book().active();
        switch (packet.qos()) {
            case AT_MOST_ONCE -> received(id, packet);
            case AT_LEAST_ONCE -> {
                checkPacketId(packet, id);
                received(id, packet);
                later(() -> acknowledge(from, Ack.Kind.PUBACK, packet.packetId()));
            }
            case EXACTLY_ONCE -> {
                checkPacketId(packet, id);
                if (unreleased.put(packet.packetId(), id) == null) {
                    received(id, packet);
                }
                later(() -> acknowledge(from, Ack.Kind.PUBREC, packet.packetId()));
            }
        }
    }

    void pubrel(Wire from, int packetId) {
        unreleased.remove(packetId);
        later(() -> acknowledge(from, Ack.Kind.PUBCOMP, packetId));
    }

    private void later(Runnable action) {
        scheduler.after(scheduler.between(0, hurried ? Math.min(20, traits.ackDelay()) : traits.ackDelay()), action);
    }

    private void acknowledge(Wire from, Ack.Kind kind, int packetId) {
        if (wire == from) {
            if (kind != Ack.Kind.PUBREC) {
                open.remove(packetId);
            }
            from.up(new Ack(kind, packetId));
        }
    }

    private void checkPacketId(Packet.Publish packet, int id) {
        Integer held = open.putIfAbsent(packet.packetId(), id);
        Integer known = unreleased.get(packet.packetId());
        if (held != null) {
            throw new Violation(
                    Invariant.PACKET_IDS_UNIQUE,
                    traits.id() + " has not acknowledged #" + held + " and gets #" + id + " with the same packet id "
                            + packet.packetId());
        }
        if (known != null && known != id && !doubtful) {
            throw new Violation(
                    Invariant.PACKET_IDS_UNIQUE,
                    traits.id() + " has not seen PUBREL for #" + known + " and gets #" + id
                            + " with the same packet id " + packet.packetId());
        }
        if (open.size() > traits.window()) {
            throw new Violation(
                    Invariant.RECEIVE_MAXIMUM,
                    traits.id() + " has " + open.size() + " messages open, its Receive Maximum is " + traits.window());
        }
    }

    private void received(int id, Packet.Publish packet) {
        Publication publication = world.book().publication(id);
        expected.remove(id);
        if (packet.retain() || publication.doubtful) {
            return;
        }
        int count = counts.merge(id, 1, Integer::sum);
        if (count > 1) {
            boolean sentOnce = packet.qos() == Qos.AT_MOST_ONCE && publication.sends == 1;
            if (packet.qos() == Qos.EXACTLY_ONCE || sentOnce) {
                throw new Violation(
                        Invariant.EXACTLY_ONCE, traits.id() + " received " + publication + " " + count + " times");
            }
            return;
        }
        world.book().received(publication, traits.id());
        checkOrder(publication, packet.qos());
    }

    private void checkOrder(Publication publication, Qos sentAt) {
        boolean shared = publication.topic.value().startsWith("s/");
        // One that was sent again may come late to a session that was not there, or lost it at QoS 0, the first time.
        boolean hadToCome = sentAt != Qos.AT_MOST_ONCE && wasExpected.contains(publication.id);
        if (!shared && (publication.sends == 1 || hadToCome)) {
            String key = publication.publisher + " " + publication.topic + " " + publication.qos;
            int last = lasts.getOrDefault(key, 0);
            if (last > publication.id) {
                throw new Violation(
                        Invariant.ORDER, traits.id() + " received " + publication + " after #" + last + " of the same");
            }
            lasts.put(key, publication.id);
        }
    }
}
