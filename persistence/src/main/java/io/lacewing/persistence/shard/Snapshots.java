package io.lacewing.persistence.shard;

import io.lacewing.persistence.codec.BinaryReader;
import io.lacewing.persistence.codec.BinaryWriter;
import io.lacewing.persistence.codec.CodecException;
import io.lacewing.persistence.codec.MessageTableReader;
import io.lacewing.persistence.codec.MessageTableWriter;
import io.lacewing.persistence.session.Session;
import io.lacewing.persistence.session.SessionCodec;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicFilter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A whole shard as bytes. What follows from the rest (the trie, the share groups' members, the heap of deadlines, the
 * ledger) is not in it but worked out again; everything that could show later is, in an order that does not depend on
 * the past. Each message is in it once. Snapshots of format version 1 are still read.
 */
final class Snapshots {
    /** Without a queue policy. */
    private static final int OLDEST = 1;

    private static final int VERSION = 2;

    private Snapshots() {}

    static byte[] write(ShardState state) {
        BinaryWriter out = new BinaryWriter((int) Math.min(1L << 24, 1_024 + state.bytes() / 2));
        MessageTableWriter messages = new MessageTableWriter();
        out.writeByte(VERSION);
        out.writeVarInt(state.shard);
        LimitsCodec.write(out, state.limits);
        out.writeVarLong(state.epoch).writeVarLong(state.sequence).writeLong(state.owner);
        out.writeLong(state.hash).writeLong(state.time);
        out.writeVarLong(state.attachEpochs).writeVarLong(state.ordinals);
        out.writeVarInt(state.clients().size());
        for (ClientRecord record : state.clients()) {
            write(out, messages, record);
        }
        Map<TopicFilter, ShareGroupMembers> groups = state.subscribers.groupsInOrder();
        out.writeVarInt(groups.size());
        groups.forEach((filter, group) -> {
            Values.write(out, filter);
            out.writeLong(group.turn);
        });
        write(out, messages, state.outbox);
        write(out, state.origins);
        return out.toByteArray();
    }

    static ShardState read(byte[] snapshot) {
        BinaryReader in = new BinaryReader(snapshot);
        int version = in.expectVersion(OLDEST, VERSION, "a shard's snapshot");
        int shard = in.readVarInt();
        ShardState state =
                new ShardState(shard, version == OLDEST ? LimitsCodec.readWithoutPolicy(in) : LimitsCodec.read(in));
        MessageTableReader messages = new MessageTableReader(state.parts);
        state.epoch = in.readVarLong();
        state.sequence = in.readVarLong();
        state.owner = in.readLong();
        state.hash = in.readLong();
        state.time = in.readLong();
        state.attachEpochs = in.readVarLong();
        state.ordinals = in.readVarLong();
        int clients = in.readCount();
        for (int i = 0; i < clients; i++) {
            readClient(in, messages, state);
        }
        int groups = in.readCount();
        for (int i = 0; i < groups; i++) {
            ShareGroupMembers group = state.subscribers.group(Values.filter(in));
            if (group == null) {
                throw new CodecException("a share group without members");
            }
            group.turn = in.readLong();
        }
        readOutbox(in, messages, state.outbox);
        readOrigins(in, state.origins);
        in.expectEnd("a shard's snapshot");
        return state;
    }

    private static void write(BinaryWriter out, MessageTableWriter messages, ClientRecord record) {
        out.writeString(record.clientId).writeVarLong(record.ordinal).writeVarLong(record.epoch);
        ConnectionId connection = record.connection;
        out.writeBoolean(connection != null);
        if (connection != null) {
            Values.write(out, connection);
        }
        Values.write(out, messages, record.will);
        out.writeLong(record.willAt).writeVarLong(record.expirySeconds).writeLong(record.expiresAt);
        Session session = record.session;
        out.writeBoolean(session != null);
        if (session != null) {
            SessionCodec.write(out, messages, session);
        }
        out.writeVarInt(record.subscriptions.size());
        for (Subscription subscription : record.subscriptions.values()) {
            Values.write(out, subscription);
        }
        Map<TopicFilter, Map<String, Long>> notes = record.notes == null ? Map.of() : record.notes.open();
        out.writeVarInt(notes.size());
        notes.forEach((filter, seen) -> {
            Values.write(out, filter);
            out.writeVarInt(seen.size());
            seen.forEach((topic, version) -> out.writeString(topic).writeVarLong(version));
        });
    }

    private static void readClient(BinaryReader in, MessageTableReader messages, ShardState state) {
        ClientRecord record = new ClientRecord(in.readString(), in.readVarLong());
        record.epoch = in.readVarLong();
        record.connection = in.readBoolean() ? Values.connection(in) : null;
        record.will = Values.will(in, messages);
        record.willAt = in.readLong();
        record.expirySeconds = in.readVarLong();
        record.expiresAt = in.readLong();
        if (in.readBoolean()) {
            record.session = SessionCodec.read(in, messages, state.ledger);
            record.sweepAt = record.session.sweepAt();
        }
        for (Subscription subscription : Values.list(in, Values::subscription)) {
            record.put(subscription);
            state.subscribers.restore(record, subscription);
        }
        record.notes = notes(in);
        state.add(record);
        state.deadlines.update(record);
    }

    private static @Nullable RetainedNotes notes(BinaryReader in) {
        int open = in.readCount();
        if (open == 0) {
            return null;
        }
        RetainedNotes notes = new RetainedNotes();
        for (int i = 0; i < open; i++) {
            TopicFilter filter = Values.filter(in);
            notes.open(filter);
            int seen = in.readCount();
            for (int j = 0; j < seen; j++) {
                notes.restore(filter, in.readString(), in.readVarLong());
            }
        }
        return notes;
    }

    private static void write(BinaryWriter out, MessageTableWriter messages, Outbox outbox) {
        out.writeVarLong(outbox.lastId());
        out.writeVarInt(outbox.size());
        for (Owed owed : outbox.entries()) {
            OwedCodec.write(out, messages, owed);
            Outbox.RouteSlot slot = owed instanceof Owed.Route route ? outbox.slot(route.filter()) : null;
            if (slot != null) {
                out.writeBoolean(slot.awaited);
                Values.writeLongs(out, slot.replaced);
            }
        }
    }

    private static void readOutbox(BinaryReader in, MessageTableReader messages, Outbox outbox) {
        outbox.restoreLastId(in.readVarLong());
        int count = in.readCount();
        for (int i = 0; i < count; i++) {
            Owed owed = OwedCodec.read(in, messages);
            boolean route = owed instanceof Owed.Route;
            outbox.restore(owed, route && in.readBoolean(), route ? Values.longs(in) : List.of());
        }
    }

    private static void write(BinaryWriter out, Origins origins) {
        out.writeVarInt(origins.all().size());
        origins.all().forEach((origin, standing) -> {
            Values.write(out, origin);
            out.writeVarLong(standing.last);
            out.writeVarInt(standing.remembered.size());
            for (Origins.Remembered remembered : standing.remembered) {
                out.writeVarLong(remembered.number());
                OpResultCodec.write(out, remembered.result());
            }
        });
    }

    private static void readOrigins(BinaryReader in, Origins origins) {
        int count = in.readCount();
        for (int i = 0; i < count; i++) {
            Origins.Standing standing = origins.restore(Values.origin(in), in.readVarLong());
            int remembered = in.readCount();
            for (int j = 0; j < remembered; j++) {
                standing.remembered.add(new Origins.Remembered(in.readVarLong(), OpResultCodec.read(in)));
            }
        }
    }
}
