package io.lacewing.persistence.shard;

import io.lacewing.persistence.codec.BinaryReader;
import io.lacewing.persistence.codec.BinaryWriter;
import io.lacewing.persistence.codec.CodecException;
import io.lacewing.persistence.codec.MessageTableReader;
import io.lacewing.persistence.codec.MessageTableWriter;
import io.lacewing.persistence.shard.Batch.Confirmed;
import io.lacewing.persistence.shard.Batch.NumberedOp;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link Batch} as bytes: what goes to the replicas, into the journal and into the rolling hash. A message that several
 * ops share is in it once. Batches of format version 1 are still read.
 */
public final class BatchCodec {
    /** Without a behaviour, which is 1. */
    private static final int OLDEST = 1;

    private static final int VERSION = 2;

    private BatchCodec() {}

    /** The batch, with a version byte in front. */
    public static byte[] encode(Batch batch) {
        BinaryWriter out = new BinaryWriter(64 + 128 * batch.ops().size());
        MessageTableWriter messages = new MessageTableWriter();
        out.writeByte(VERSION);
        out.writeVarInt(batch.behaviour());
        out.writeVarInt(batch.shard());
        out.writeVarLong(batch.epoch());
        out.writeVarLong(batch.sequence());
        out.writeLong(batch.time());
        out.writeLong(batch.owner());
        out.writeVarInt(batch.ops().size());
        for (NumberedOp op : batch.ops()) {
            Values.write(out, op.origin());
            out.writeVarLong(op.number());
            out.writeVarLong(op.previous());
            OpCodec.write(out, messages, op.op());
        }
        out.writeVarInt(batch.confirmed().size());
        for (Confirmed confirmed : batch.confirmed()) {
            Values.write(out, confirmed.origin());
            out.writeVarLong(confirmed.number());
        }
        return out.toByteArray();
    }

    /**
     * What {@link #encode} gave.
     *
     * @throws CodecException if the version is unknown or the bytes are corrupt
     */
    public static Batch decode(byte[] bytes) {
        BinaryReader in = new BinaryReader(bytes);
        MessageTableReader messages = new MessageTableReader();
        int version = in.expectVersion(OLDEST, VERSION, "a batch");
        int behaviour = version == OLDEST ? 1 : in.readVarInt();
        int shard = in.readVarInt();
        long epoch = in.readVarLong();
        long sequence = in.readVarLong();
        long time = in.readLong();
        long owner = in.readLong();
        int count = in.readCount();
        List<NumberedOp> ops = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ops.add(new NumberedOp(Values.origin(in), in.readVarLong(), in.readVarLong(), OpCodec.read(in, messages)));
        }
        List<Confirmed> confirmed = Values.list(in, r -> new Confirmed(Values.origin(r), r.readVarLong()));
        in.expectEnd("a batch");
        return new Batch(shard, epoch, sequence, time, owner, List.copyOf(ops), confirmed, behaviour);
    }
}
