package io.lacewing.cluster.core;

import io.lacewing.persistence.codec.BinaryReader;
import io.lacewing.persistence.codec.BinaryWriter;
import io.lacewing.persistence.codec.CodecException;
import io.lacewing.persistence.codec.MessageCodec;
import io.lacewing.router.Destination;
import io.lacewing.router.Destination.NodeDestination;
import io.lacewing.router.Destination.ShardDestination;
import io.lacewing.router.Message;
import io.lacewing.router.RouteKey;
import io.lacewing.router.RouteValue;
import io.lacewing.router.TopicName;

/** One {@link TableRecord} as bytes: in frames between nodes, and by itself in the maps behind the tables. */
public final class TableRecordCodec {
    private static final int VERSION = 1;

    private static final int RETAINED = 1;
    private static final int LIVE = 1 << 1;
    private static final int TO_SHARD = 1 << 2;
    private static final int GROUP = 1 << 3;
    private static final int HOLDERS = 1 << 4;

    private TableRecordCodec() {}

    /** A record by itself, with a version byte in front. */
    public static byte[] encode(TableRecord record) {
        BinaryWriter out = new BinaryWriter(MessageSize.of(record));
        out.writeByte(VERSION);
        write(out, record);
        return out.toByteArray();
    }

    /**
     * What {@link #encode} gave.
     *
     * @throws CodecException if the version is unknown or the bytes are corrupt
     */
    public static TableRecord decode(byte[] bytes) {
        BinaryReader in = new BinaryReader(bytes);
        in.expectVersion(VERSION, "a table record");
        TableRecord record = read(in);
        in.expectEnd("a table record");
        return record;
    }

    /** Writes a record inside an encoding that has its own version byte. */
    static void write(BinaryWriter out, TableRecord record) {
        switch (record) {
            case TableRecord.Route route -> writeRoute(out, route);
            case TableRecord.Retained retained -> writeRetained(out, retained);
            case TableRecord.Holders holders -> {
                out.writeByte(HOLDERS);
                writeVersion(out, holders.version());
                out.writeVarInt(holders.shard());
                CoreValues.writeList(out, holders.identities(), BinaryWriter::writeLong);
            }
        }
    }

    private static void writeRoute(BinaryWriter out, TableRecord.Route route) {
        RouteValue value = route.value();
        boolean group = value != null && !value.equals(RouteValue.PLAIN);
        Destination destination = route.key().destination();
        out.writeByte((value == null ? 0 : LIVE)
                | (group ? GROUP : 0)
                | (destination instanceof ShardDestination ? TO_SHARD : 0));
        writeVersion(out, route.version());
        switch (destination) {
            case NodeDestination node -> out.writeLong(node.incarnation());
            case ShardDestination shard -> out.writeVarInt(shard.shard());
        }
        CoreValues.write(out, route.key().filter());
        if (value != null && group) {
            out.writeVarInt(value.online()).writeVarInt(value.offline());
        }
    }

    private static void writeRetained(BinaryWriter out, TableRecord.Retained retained) {
        Message message = retained.message();
        out.writeByte(RETAINED | (message == null ? 0 : LIVE));
        writeVersion(out, retained.version());
        if (message == null) {
            out.writeBytes(retained.topic().utf8());
        } else {
            MessageCodec.write(out, message);
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws CodecException if the bytes are corrupt
     */
    static TableRecord read(BinaryReader in) {
        int flags = in.readByte();
        if (flags == HOLDERS) {
            Version version = new Version(in.readVarLong(), in.readLong());
            return new TableRecord.Holders(CoreValues.shard(in), version, CoreValues.list(in, BinaryReader::readLong));
        }
        if (flags >= GROUP << 1 || ((flags & RETAINED) != 0 && flags >= TO_SHARD)) {
            throw new CodecException("a table record with the flags 0x" + Integer.toHexString(flags));
        }
        Version version = new Version(in.readVarLong(), in.readLong());
        if ((flags & RETAINED) != 0) {
            return retained(in, version, (flags & LIVE) != 0);
        }
        Destination destination = (flags & TO_SHARD) != 0
                ? new ShardDestination(CoreValues.shard(in))
                : new NodeDestination(in.readLong());
        RouteKey key = new RouteKey(destination, CoreValues.filter(in));
        if ((flags & LIVE) == 0) {
            return new TableRecord.Route(key, version, null);
        }
        if ((flags & GROUP) == 0) {
            return new TableRecord.Route(key, version, RouteValue.PLAIN);
        }
        if (!key.filter().isShared()) {
            throw new CodecException("members counted for the ordinary route " + key);
        }
        return new TableRecord.Route(key, version, new RouteValue(in.readVarInt(), in.readVarInt()));
    }

    private static TableRecord retained(BinaryReader in, Version version, boolean live) {
        if (!live) {
            return new TableRecord.Retained(CoreValues.topic(in), version, null);
        }
        Message message = MessageCodec.read(in);
        TopicName topic = message.topic();
        return new TableRecord.Retained(topic, version, message);
    }

    private static void writeVersion(BinaryWriter out, Version version) {
        out.writeVarLong(version.major()).writeLong(version.minor());
    }
}
