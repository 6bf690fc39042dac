package io.lacewing.cluster.hazelcast;

import com.hazelcast.config.SerializationConfig;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.StreamSerializer;
import io.lacewing.cluster.replica.TableRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The encodings of what goes between members for the shared tables. The type numbers are part of their protocol. */
final class TableSerializers {
    private static final int ROUTE_KEY = 1011;
    private static final int ROUTE_BUCKET = 1012;
    private static final int ROUTE_PROCESSOR = 1013;
    private static final int RETAINED_ENTRY = 1014;
    private static final int RETAINED_PROCESSOR = 1015;
    private static final int READ_PROCESSOR = 1016;

    private static final RouteProcessor.Kind[] ROUTE_KINDS = RouteProcessor.Kind.values();
    private static final RetainedProcessor.Kind[] RETAINED_KINDS = RetainedProcessor.Kind.values();

    private TableSerializers() {}

    static void register(SerializationConfig config) {
        ShardSerializers.add(config, RouteKey.class, new OfRouteKey());
        ShardSerializers.add(config, RouteBucket.class, new OfRouteBucket());
        ShardSerializers.add(config, RouteProcessor.class, new OfRouteProcessor());
        ShardSerializers.add(config, RetainedEntry.class, new OfRetainedEntry());
        ShardSerializers.add(config, RetainedProcessor.class, new OfRetainedProcessor());
        ShardSerializers.add(config, ReadProcessor.class, new OfReadProcessor());
    }

    private static void writeRows(ObjectDataOutput out, List<TableRow> rows) throws IOException {
        out.writeInt(rows.size());
        for (TableRow row : rows) {
            out.writeByteArray(row.key());
            out.writeLong(row.high());
            out.writeLong(row.low());
            out.writeByteArray(row.value());
        }
    }

    private static List<TableRow> readRows(ObjectDataInput in) throws IOException {
        int count = in.readInt();
        List<TableRow> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] key = Objects.requireNonNull(in.readByteArray(), "a row has a key");
            rows.add(new TableRow(key, in.readLong(), in.readLong(), in.readByteArray()));
        }
        return rows;
    }

    private record OfRouteKey() implements StreamSerializer<RouteKey> {
        @Override
        public int getTypeId() {
            return ROUTE_KEY;
        }

        @Override
        public void write(ObjectDataOutput out, RouteKey key) throws IOException {
            out.writeLong(key.destination());
            out.writeInt(key.bucket());
        }

        @Override
        public RouteKey read(ObjectDataInput in) throws IOException {
            return new RouteKey(in.readLong(), in.readInt());
        }
    }

    private record OfRouteBucket() implements StreamSerializer<RouteBucket> {
        @Override
        public int getTypeId() {
            return ROUTE_BUCKET;
        }

        @Override
        public void write(ObjectDataOutput out, RouteBucket bucket) throws IOException {
            writeRows(out, bucket.rows());
        }

        @Override
        public RouteBucket read(ObjectDataInput in) throws IOException {
            RouteBucket bucket = new RouteBucket();
            bucket.merge(readRows(in));
            return bucket;
        }
    }

    private record OfRouteProcessor() implements StreamSerializer<RouteProcessor> {
        @Override
        public int getTypeId() {
            return ROUTE_PROCESSOR;
        }

        @Override
        public void write(ObjectDataOutput out, RouteProcessor processor) throws IOException {
            out.writeByte(processor.kind().ordinal());
            writeRows(out, processor.rows());
        }

        @Override
        public RouteProcessor read(ObjectDataInput in) throws IOException {
            return new RouteProcessor(ROUTE_KINDS[in.readByte()], readRows(in));
        }
    }

    private record OfRetainedEntry() implements StreamSerializer<RetainedEntry> {
        @Override
        public int getTypeId() {
            return RETAINED_ENTRY;
        }

        @Override
        public void write(ObjectDataOutput out, RetainedEntry entry) throws IOException {
            out.writeLong(entry.version());
            out.writeByteArray(entry.value());
        }

        @Override
        public RetainedEntry read(ObjectDataInput in) throws IOException {
            return new RetainedEntry(in.readLong(), in.readByteArray());
        }
    }

    private record OfRetainedProcessor() implements StreamSerializer<RetainedProcessor> {
        @Override
        public int getTypeId() {
            return RETAINED_PROCESSOR;
        }

        @Override
        public void write(ObjectDataOutput out, RetainedProcessor processor) throws IOException {
            out.writeByte(processor.kind().ordinal());
            out.writeLong(processor.number());
            out.writeByteArray(processor.value());
        }

        @Override
        public RetainedProcessor read(ObjectDataInput in) throws IOException {
            return new RetainedProcessor(RETAINED_KINDS[in.readByte()], in.readLong(), in.readByteArray());
        }
    }

    @SuppressWarnings("rawtypes")
    private record OfReadProcessor() implements StreamSerializer<ReadProcessor> {
        @Override
        public int getTypeId() {
            return READ_PROCESSOR;
        }

        @Override
        public void write(ObjectDataOutput out, ReadProcessor processor) {
            // It has no state.
        }

        @Override
        public ReadProcessor read(ObjectDataInput in) {
            return new ReadProcessor<>();
        }
    }
}
