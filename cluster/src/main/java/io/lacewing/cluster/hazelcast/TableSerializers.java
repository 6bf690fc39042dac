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
    private static final int ROW_KEY = 1011;
    private static final int ROW_BUCKET = 1012;
    private static final int ROW_PROCESSOR = 1013;
    private static final int READ_PROCESSOR = 1014;

    private static final RowProcessor.Kind[] ROW_KINDS = RowProcessor.Kind.values();

    private TableSerializers() {}

    static void register(SerializationConfig config) {
        ShardSerializers.add(config, RowKey.class, new OfRowKey());
        ShardSerializers.add(config, RowBucket.class, new OfRowBucket());
        ShardSerializers.add(config, RowProcessor.class, new OfRowProcessor());
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

    private record OfRowKey() implements StreamSerializer<RowKey> {
        @Override
        public int getTypeId() {
            return ROW_KEY;
        }

        @Override
        public void write(ObjectDataOutput out, RowKey key) throws IOException {
            out.writeLong(key.group());
            out.writeInt(key.bucket());
        }

        @Override
        public RowKey read(ObjectDataInput in) throws IOException {
            return new RowKey(in.readLong(), in.readInt());
        }
    }

    private record OfRowBucket() implements StreamSerializer<RowBucket> {
        @Override
        public int getTypeId() {
            return ROW_BUCKET;
        }

        @Override
        public void write(ObjectDataOutput out, RowBucket bucket) throws IOException {
            writeRows(out, bucket.rows());
        }

        @Override
        public RowBucket read(ObjectDataInput in) throws IOException {
            RowBucket bucket = new RowBucket();
            bucket.merge(readRows(in));
            return bucket;
        }
    }

    private record OfRowProcessor() implements StreamSerializer<RowProcessor> {
        @Override
        public int getTypeId() {
            return ROW_PROCESSOR;
        }

        @Override
        public void write(ObjectDataOutput out, RowProcessor processor) throws IOException {
            out.writeByte(processor.kind().ordinal());
            writeRows(out, processor.rows());
        }

        @Override
        public RowProcessor read(ObjectDataInput in) throws IOException {
            return new RowProcessor(ROW_KINDS[in.readByte()], readRows(in));
        }
    }

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
            return new ReadProcessor();
        }
    }
}
