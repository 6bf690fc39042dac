package io.lacewing.persistence.shard;

import io.lacewing.persistence.codec.BinaryReader;
import io.lacewing.persistence.codec.BinaryWriter;
import io.lacewing.persistence.codec.CodecException;
import io.lacewing.persistence.session.QueuePolicy;
import io.lacewing.persistence.session.SessionLimits;

/** {@link ShardLimits} as bytes, inside an encoding that has its own version byte. */
final class LimitsCodec {
    private LimitsCodec() {}

    static void write(BinaryWriter out, ShardLimits limits) {
        SessionLimits session = limits.session();
        out.writeVarInt(session.maxQueued()).writeVarLong(session.maxQueuedBytes());
        out.writeVarInt(session.maxInflight()).writeVarLong(session.maxInflightBytes());
        out.writeByte(session.policy().ordinal()).writeBoolean(session.queueQos0());
        out.writeVarInt(limits.maxSubscriptions()).writeVarInt(limits.maxRetainedNotes());
        out.writeVarLong(limits.maxBytes());
    }

    static ShardLimits read(BinaryReader in) {
        return read(in, true);
    }

    /** As snapshots of version 1 have them: no policy but to drop the oldest. */
    static ShardLimits readWithoutPolicy(BinaryReader in) {
        return read(in, false);
    }

    private static ShardLimits read(BinaryReader in, boolean withPolicy) {
        try {
            SessionLimits session = new SessionLimits(
                    in.readVarInt(),
                    in.readVarLong(),
                    in.readVarInt(),
                    in.readVarLong(),
                    withPolicy ? policy(in.readByte()) : QueuePolicy.DROP_OLDEST,
                    withPolicy && in.readBoolean());
            return new ShardLimits(session, in.readVarInt(), in.readVarInt(), in.readVarLong());
        } catch (IllegalArgumentException e) {
            throw new CodecException("impossible limits", e);
        }
    }

    private static QueuePolicy policy(int ordinal) {
        if (ordinal >= QueuePolicy.count()) {
            throw new CodecException("queue policy " + ordinal + " of " + QueuePolicy.count());
        }
        return QueuePolicy.of(ordinal);
    }
}
