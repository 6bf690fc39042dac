package io.lacewing.persistence.session;

import io.lacewing.persistence.codec.BinaryReader;
import io.lacewing.persistence.codec.BinaryWriter;
import io.lacewing.persistence.codec.CodecException;
import io.lacewing.persistence.codec.MessageTableReader;
import io.lacewing.persistence.codec.MessageTableWriter;
import io.lacewing.persistence.session.Outgoing.State;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.TopicException;
import io.lacewing.router.TopicFilter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@link Session} as part of a snapshot: sessions in the same state give the same bytes. */
public final class SessionCodec {
    /** Without what a queue knows beside its messages, and without messages at QoS 0. */
    private static final int OLDEST = 1;

    private static final int VERSION = 2;

    private static final int QOS = 3;
    private static final int RETAIN = 1 << 2;
    private static final int DUP = 1 << 3;
    private static final int PUBREL = 1 << 4;
    private static final int GROUP = 1 << 5;
    private static final int IDENTIFIERS = 1 << 6;

    private SessionCodec() {}

    /** Writes the session; its messages go through {@code messages}. */
    public static void write(BinaryWriter out, MessageTableWriter messages, Session session) {
        out.writeByte(VERSION);
        out.writeVarInt(session.window);
        out.writeVarLong(session.deliveries);
        out.writeVarLong(session.orders);
        InflightRing inflight = session.inflight;
        out.writeVarInt(inflight.capacity());
        out.writeVarInt(inflight.lastId());
        out.writeVarInt(inflight.count());
        for (Outgoing message : inflight.inOrder(Comparator.comparingLong(o -> o.order))) {
            out.writeVarInt(message.packetId);
            out.writeVarLong(message.order);
            out.writeVarLong(message.delivery);
            write(out, messages, message);
        }
        out.writeVarInt(session.queued());
        for (Outgoing message : session.queue.all()) {
            write(out, messages, message);
        }
        out.writeByte(session.queue.level());
        if (session.queued() > 0) {
            out.writeLong(session.queue.sweepAt());
        }
        PacketIdSet received = session.received;
        int count = received == null ? 0 : received.size();
        out.writeVarInt(count);
        for (int i = 0; received != null && i < count; i++) {
            out.writeVarInt(received.at(i));
        }
    }

    /**
     * Reads what {@link #write} wrote; the ledger is told of each message that the session holds.
     *
     * @throws CodecException if the version is unknown or the bytes are corrupt
     */
    public static Session read(BinaryReader in, MessageTableReader messages, Ledger ledger) {
        int version = in.expectVersion(OLDEST, VERSION, "a session");
        Session session = new Session(ledger);
        session.window = in.readVarInt();
        session.deliveries = in.readVarLong();
        session.orders = in.readVarLong();
        readInflight(in, messages, session, ledger);
        int queued = in.readCount();
        for (int i = 0; i < queued; i++) {
            Outgoing outgoing = readOutgoing(in, messages, ledger);
            if (outgoing.isPubrel()) {
                throw new CodecException("a queued message without message");
            }
            session.queue.restore(outgoing);
        }
        if (version == OLDEST) {
            session.queue.derive();
        } else {
            readQueue(in, session.queue);
        }
        int received = in.readCount();
        for (int i = 0; i < received; i++) {
            session.receive(packetId(in));
        }
        session.recount();
        return session;
    }

    private static void readQueue(BinaryReader in, SendQueue queue) {
        int level = in.readByte();
        if (level > SendQueue.NEARLY_FULL) {
            throw new CodecException("a queue of fullness " + level);
        }
        queue.restore(level, queue.isEmpty() ? SendQueue.NEVER : in.readLong());
    }

    private static void readInflight(BinaryReader in, MessageTableReader messages, Session session, Ledger ledger) {
        int capacity = in.readVarInt();
        int lastId = in.readVarInt();
        int count = in.readCount();
        boolean powerOfTwo = Integer.bitCount(capacity) <= 1 && capacity <= InflightRing.MAX_PACKET_ID + 1;
        if (!powerOfTwo || lastId > InflightRing.MAX_PACKET_ID || count > capacity) {
            throw new CodecException("packet ids: " + count + " in a ring of " + capacity + ", the last " + lastId);
        }
        Outgoing[] inflight = new Outgoing[count];
        for (int i = 0; i < count; i++) {
            int packetId = packetId(in);
            long order = in.readVarLong();
            long delivery = in.readVarLong();
            Outgoing outgoing = readOutgoing(in, messages, ledger);
            if (outgoing.qos() == Qos.AT_MOST_ONCE) {
                throw new CodecException("a message in flight at QoS 0");
            }
            outgoing.packetId = packetId;
            outgoing.order = order;
            outgoing.delivery = delivery;
            if (!outgoing.isPubrel()) {
                outgoing.state = State.PUBLISH_SENT;
            }
            inflight[i] = outgoing;
        }
        try {
            session.inflight.restore(capacity, lastId, inflight);
            ledger.inflight(count);
        } catch (IllegalArgumentException e) {
            throw new CodecException("packet ids in flight that cannot be", e);
        }
    }

    private static int packetId(BinaryReader in) {
        int packetId = in.readVarInt();
        if (packetId < 1 || packetId > InflightRing.MAX_PACKET_ID) {
            throw new CodecException("a packet id of " + packetId);
        }
        return packetId;
    }

    private static void write(BinaryWriter out, MessageTableWriter messages, Outgoing outgoing) {
        Message message = outgoing.message;
        TopicFilter group = outgoing.group();
        List<Integer> identifiers = outgoing.identifiers();
        out.writeByte(outgoing.qos().value()
                | (outgoing.retain() ? RETAIN : 0)
                | (outgoing.dup ? DUP : 0)
                | (message == null ? PUBREL : 0)
                | (group != null ? GROUP : 0)
                | (identifiers.isEmpty() ? 0 : IDENTIFIERS));
        if (message != null) {
            messages.write(out, message);
        }
        if (group != null) {
            out.writeBytes(group.utf8());
        }
        if (!identifiers.isEmpty()) {
            out.writeVarInt(identifiers.size());
            identifiers.forEach(out::writeVarInt);
        }
    }

    private static Outgoing readOutgoing(BinaryReader in, MessageTableReader messages, Ledger ledger) {
        int flags = in.readByte();
        if ((flags & QOS) == QOS || flags >= IDENTIFIERS << 1) {
            throw new CodecException("an outgoing message with the flags 0x" + Integer.toHexString(flags));
        }
        @Nullable Message message = (flags & PUBREL) != 0 ? null : messages.read(in);
        @Nullable TopicFilter group = (flags & GROUP) != 0 ? filter(in) : null;
        List<Integer> identifiers = (flags & IDENTIFIERS) != 0 ? identifiers(in) : List.of();
        Outgoing outgoing = new Outgoing(message, Qos.of(flags & QOS), (flags & RETAIN) != 0, identifiers, group);
        outgoing.dup = (flags & DUP) != 0;
        if (message == null) {
            outgoing.state = State.PUBREL_SENT;
        } else {
            ledger.held(message);
        }
        return outgoing;
    }

    private static TopicFilter filter(BinaryReader in) {
        try {
            return TopicFilter.of(in.readString());
        } catch (TopicException e) {
            throw new CodecException("an outgoing message of an impossible share group", e);
        }
    }

    private static List<Integer> identifiers(BinaryReader in) {
        int count = in.readCount();
        List<Integer> identifiers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            identifiers.add(in.readVarInt());
        }
        return List.copyOf(identifiers);
    }
}
