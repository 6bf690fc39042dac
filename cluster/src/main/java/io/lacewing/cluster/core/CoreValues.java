package io.lacewing.cluster.core;

import io.lacewing.persistence.codec.BinaryReader;
import io.lacewing.persistence.codec.BinaryWriter;
import io.lacewing.persistence.codec.CodecException;
import io.lacewing.persistence.shard.Origin;
import io.lacewing.router.TopicException;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The small values of which frames and table records are made, as bytes. */
final class CoreValues {
    private static final Origin.Kind[] KINDS = Origin.Kind.values();

    private CoreValues() {}

    static void write(BinaryWriter out, Origin origin) {
        out.writeByte(origin.kind().ordinal());
        out.writeLong(origin.id());
    }

    static Origin origin(BinaryReader in) {
        Origin.Kind kind = oneOf(KINDS, in.readByte());
        long id = in.readLong();
        return new Origin(kind, kind == Origin.Kind.SHARD ? checkedShard(id) : id);
    }

    /** The number of a shard that exists. */
    static int shard(BinaryReader in) {
        return (int) checkedShard(in.readVarInt());
    }

    private static long checkedShard(long shard) {
        if (shard < 0 || shard >= Shards.COUNT) {
            throw new CodecException("the shard " + shard + " of " + Shards.COUNT);
        }
        return shard;
    }

    static void write(BinaryWriter out, TopicFilter filter) {
        out.writeBytes(filter.utf8());
    }

    static TopicFilter filter(BinaryReader in) {
        byte[] utf8 = in.readBytes();
        try {
            return TopicFilter.ofUtf8(utf8, 0, utf8.length);
        } catch (TopicException e) {
            throw new CodecException("an impossible topic filter", e);
        }
    }

    static TopicName topic(BinaryReader in) {
        byte[] utf8 = in.readBytes();
        try {
            return TopicName.ofUtf8(utf8, 0, utf8.length);
        } catch (TopicException e) {
            throw new CodecException("an impossible topic", e);
        }
    }

    static <T> void writeList(BinaryWriter out, List<T> items, BiConsumer<BinaryWriter, T> item) {
        out.writeVarInt(items.size());
        for (T each : items) {
            item.accept(out, each);
        }
    }

    /** An unmodifiable list. */
    static <T> List<T> list(BinaryReader in, Function<BinaryReader, T> item) {
        int count = in.readCount();
        if (count == 0) {
            return List.of();
        }
        List<T> items = new ArrayList<>();
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
