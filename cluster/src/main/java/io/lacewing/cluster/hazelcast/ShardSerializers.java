package io.lacewing.cluster.hazelcast;

import com.hazelcast.config.SerializationConfig;
import com.hazelcast.config.SerializerConfig;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.StreamSerializer;
import io.lacewing.cluster.replica.ReplicaBatch;
import java.io.IOException;
import java.util.Objects;

/**
 * The encodings of what goes between members for the shards. Written by hand: nothing here is found by reflection, and
 * what is read gets this member's {@link ReplicaHost}. The type numbers are part of the protocol between members.
 */
final class ShardSerializers {
    private static final int ENTRY = 1001;
    private static final int BATCH = 1002;
    private static final int BATCH_BACKUP = 1003;
    private static final int COPY = 1004;
    private static final int COPY_BACKUP = 1005;
    private static final int INSPECT = 1006;
    private static final int OFFER = 1007;

    private ShardSerializers() {}

    static void register(SerializationConfig config, ReplicaHost host) {
        add(config, ShardEntry.class, new OfEntry(host));
        add(config, BatchProcessor.class, new OfBatch());
        add(config, BatchBackup.class, new OfBatchBackup(host));
        add(config, CopyProcessor.class, new OfCopy());
        add(config, CopyBackup.class, new OfCopyBackup(host));
        add(config, InspectProcessor.class, new OfInspect());
        add(config, OfferProcessor.class, new OfOffer(host));
    }

    static <T> void add(SerializationConfig config, Class<T> type, StreamSerializer<T> serializer) {
        config.addSerializerConfig(new SerializerConfig().setTypeClass(type).setImplementation(serializer));
    }

    private static byte[] bytes(ObjectDataInput in) throws IOException {
        return Objects.requireNonNull(in.readByteArray(), "a byte array is missing");
    }

    private record OfEntry(ReplicaHost host) implements StreamSerializer<ShardEntry> {
        @Override
        public int getTypeId() {
            return ENTRY;
        }

        @Override
        public void write(ObjectDataOutput out, ShardEntry entry) throws IOException {
            out.writeInt(entry.shard());
            out.writeBoolean(entry.isBroken());
            out.writeByteArray(entry.snapshot());
        }

        @Override
        public ShardEntry read(ObjectDataInput in) throws IOException {
            int shard = in.readInt();
            boolean broken = in.readBoolean();
            byte[] snapshot = bytes(in);
            return broken ? host.broken(shard) : host.restore(shard, snapshot);
        }
    }

    /** A batch that leaves its member as such has lost its owner: nothing of it travels. */
    private record OfBatch() implements StreamSerializer<BatchProcessor> {
        @Override
        public int getTypeId() {
            return BATCH;
        }

        @Override
        public void write(ObjectDataOutput out, BatchProcessor processor) {
            // Nothing: see the class.
        }

        @Override
        public BatchProcessor read(ObjectDataInput in) {
            return BatchProcessor.foreign();
        }
    }

    private record OfBatchBackup(ReplicaHost host) implements StreamSerializer<BatchBackup> {
        @Override
        public int getTypeId() {
            return BATCH_BACKUP;
        }

        @Override
        public void write(ObjectDataOutput out, BatchBackup processor) throws IOException {
            ReplicaBatch batch = processor.batch();
            out.writeInt(batch.shard());
            out.writeLong(batch.epoch());
            out.writeLong(batch.sequence());
            out.writeLong(batch.previousHash());
            out.writeLong(batch.time());
            out.writeLong(batch.submitter());
            out.writeByteArray(batch.ops());
        }

        @Override
        public BatchBackup read(ObjectDataInput in) throws IOException {
            ReplicaBatch batch = new ReplicaBatch(
                    in.readInt(), in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readLong(), bytes(in));
            return new BatchBackup(host, batch);
        }
    }

    private record OfCopy() implements StreamSerializer<CopyProcessor> {
        @Override
        public int getTypeId() {
            return COPY;
        }

        @Override
        public void write(ObjectDataOutput out, CopyProcessor processor) {
            // Nothing: a copy that leaves its member as such has lost its owner.
        }

        @Override
        public CopyProcessor read(ObjectDataInput in) {
            return CopyProcessor.foreign();
        }
    }

    private record OfCopyBackup(ReplicaHost host) implements StreamSerializer<CopyBackup> {
        @Override
        public int getTypeId() {
            return COPY_BACKUP;
        }

        @Override
        public void write(ObjectDataOutput out, CopyBackup processor) throws IOException {
            out.writeInt(processor.shard());
            out.writeLong(processor.submitter());
            out.writeByteArray(processor.copy());
        }

        @Override
        public CopyBackup read(ObjectDataInput in) throws IOException {
            return new CopyBackup(host, in.readInt(), in.readLong(), bytes(in));
        }
    }

    private record OfOffer(ReplicaHost host) implements StreamSerializer<OfferProcessor> {
        @Override
        public int getTypeId() {
            return OFFER;
        }

        @Override
        public void write(ObjectDataOutput out, OfferProcessor processor) throws IOException {
            out.writeInt(processor.shard());
            out.writeByteArray(processor.copy());
        }

        @Override
        public OfferProcessor read(ObjectDataInput in) throws IOException {
            return new OfferProcessor(host, in.readInt(), bytes(in));
        }
    }

    private record OfInspect() implements StreamSerializer<InspectProcessor> {
        @Override
        public int getTypeId() {
            return INSPECT;
        }

        @Override
        public void write(ObjectDataOutput out, InspectProcessor processor) {
            // It has no state.
        }

        @Override
        public InspectProcessor read(ObjectDataInput in) {
            return new InspectProcessor();
        }
    }
}
