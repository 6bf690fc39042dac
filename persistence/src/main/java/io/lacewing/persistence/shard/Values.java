package io.lacewing.persistence.shard;

import io.lacewing.persistence.codec.BinaryReader;
import io.lacewing.persistence.codec.BinaryWriter;
import io.lacewing.persistence.codec.CodecException;
import io.lacewing.persistence.codec.MessageTableReader;
import io.lacewing.persistence.codec.MessageTableWriter;
import io.lacewing.router.Destination;
import io.lacewing.router.Destination.NodeDestination;
import io.lacewing.router.Destination.ShardDestination;
import io.lacewing.router.Qos;
import io.lacewing.router.RetainHandling;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicException;
import io.lacewing.router.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The small values of which ops, results and snapshots are made, as bytes. */
final class Values {
    private static final Origin.Kind[] KINDS = Origin.Kind.values();
    private static final RetainHandling[] HANDLINGS = RetainHandling.values();

    private Values() {}

    static void write(BinaryWriter out, ConnectionId connection) {
        out.writeLong(connection.incarnation());
        out.writeVarLong(connection.number());
    }

    static ConnectionId connection(BinaryReader in) {
        return new ConnectionId(in.readLong(), in.readVarLong());
    }

    static void write(BinaryWriter out, Origin origin) {
        out.writeByte(origin.kind().ordinal());
        out.writeLong(origin.id());
    }

    static Origin origin(BinaryReader in) {
        return new Origin(oneOf(KINDS, in.readByte()), in.readLong());
    }

    static void write(BinaryWriter out, Destination destination) {
        switch (destination) {
            case NodeDestination node -> out.writeBoolean(true).writeLong(node.incarnation());
            case ShardDestination shard -> out.writeBoolean(false).writeVarInt(shard.shard());
        }
    }

    static Destination destination(BinaryReader in) {
        return in.readBoolean() ? new NodeDestination(in.readLong()) : new ShardDestination(in.readVarInt());
    }

    static void write(BinaryWriter out, TopicFilter filter) {
        out.writeBytes(filter.utf8());
    }

    static TopicFilter filter(BinaryReader in) {
        try {
            return TopicFilter.of(in.readString());
        } catch (TopicException e) {
            throw new CodecException("an impossible topic filter", e);
        }
    }

    static void write(BinaryWriter out, Subscription subscription) {
        write(out, subscription.filter());
        out.writeByte(subscription.qos().value()
                | (subscription.noLocal() ? 1 << 2 : 0)
                | (subscription.retainAsPublished() ? 1 << 3 : 0)
                | subscription.retainHandling().ordinal() << 4);
        out.writeVarInt(subscription.identifier());
    }

    static Subscription subscription(BinaryReader in) {
        TopicFilter filter = filter(in);
        int options = in.readByte();
        Qos qos = qos(options & 3);
        RetainHandling handling = oneOf(HANDLINGS, options >> 4);
        int identifier = in.readVarInt();
        try {
            return new Subscription(
                    filter, qos, (options & 1 << 2) != 0, (options & 1 << 3) != 0, handling, identifier);
        } catch (IllegalArgumentException e) {
            throw new CodecException("an impossible subscription", e);
        }
    }

    static Qos qos(int value) {
        if (value > 2) {
            throw new CodecException("a QoS of " + value);
        }
        return Qos.of(value);
    }

    static void write(BinaryWriter out, MessageTableWriter messages, @Nullable Will will) {
        out.writeBoolean(will != null);
        if (will != null) {
            messages.write(out, will.message());
            out.writeVarLong(will.delaySeconds());
            out.writeVarLong(will.expirySeconds() + 1);
        }
    }

    static @Nullable Will will(BinaryReader in, MessageTableReader messages) {
        return in.readBoolean() ? new Will(messages.read(in), in.readVarLong(), in.readVarLong() - 1) : null;
    }

    static void writeLongs(BinaryWriter out, List<Long> values) {
        out.writeVarInt(values.size());
        values.forEach(out::writeVarLong);
    }

    static List<Long> longs(BinaryReader in) {
        return list(in, BinaryReader::readVarLong);
    }

    static void writeBooleans(BinaryWriter out, List<Boolean> values) {
        out.writeVarInt(values.size());
        values.forEach(out::writeBoolean);
    }

    static List<Boolean> booleans(BinaryReader in) {
        return list(in, BinaryReader::readBoolean);
    }

    static void writeFilters(BinaryWriter out, List<TopicFilter> filters) {
        out.writeVarInt(filters.size());
        filters.forEach(filter -> write(out, filter));
    }

    static <T> List<T> list(BinaryReader in, Function<BinaryReader, T> item) {
        int count = in.readCount();
        if (count == 0) {
            return List.of();
        }
        List<T> items = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            items.add(item.apply(in));
        }
        return List.copyOf(items);
    }

    static <T> T oneOf(T[] values, int ordinal) {
        if (ordinal >= values.length) {
            throw new CodecException("value " + ordinal + " of " + values.length);
        }
        return values[ordinal];
    }
}
