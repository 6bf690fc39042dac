package io.lacewing.persistence.shard;

import io.lacewing.persistence.codec.BinaryReader;
import io.lacewing.persistence.codec.BinaryWriter;
import io.lacewing.persistence.codec.CodecException;

/** One {@link OpResult} as bytes, inside an encoding that has its own version byte. */
public final class OpResultCodec {
    private static final int ATTACHED = 1;
    private static final int SUBSCRIBED = 2;
    private static final int UNSUBSCRIBED = 3;
    private static final int PUBLISHED = 4;
    private static final int OK = 5;
    private static final int REFUSED = 6;
    private static final int STALE = 7;
    private static final int REJECTED = 8;
    private static final int LISTED = 9;

    private OpResultCodec() {}

    /** Writes a tag and the fields. */
    public static void write(BinaryWriter out, OpResult result) {
        switch (result) {
            case OpResult.Attached attached -> {
                out.writeByte(ATTACHED).writeBoolean(attached.sessionPresent());
                out.writeBoolean(attached.persistent()).writeVarLong(attached.epoch());
                Values.writeLongs(out, attached.awaits());
            }
            case OpResult.Subscribed subscribed -> {
                Values.writeBooleans(out.writeByte(SUBSCRIBED), subscribed.existed());
                Values.writeLongs(out, subscribed.awaits());
            }
            case OpResult.Unsubscribed unsubscribed ->
                Values.writeBooleans(out.writeByte(UNSUBSCRIBED), unsubscribed.existed());
            case OpResult.Listed listed -> {
                out.writeByte(LISTED).writeVarInt(listed.subscriptions().size());
                listed.subscriptions().forEach(subscription -> Values.write(out, subscription));
            }
            case OpResult.Published published -> {
                out.writeByte(published.rejected() == 0 ? PUBLISHED : REJECTED).writeVarInt(published.taken());
                if (published.rejected() > 0) {
                    out.writeVarInt(published.rejected());
                }
            }
            case OpResult.Ok ok -> out.writeByte(OK);
            case OpResult.Refused refused -> out.writeByte(REFUSED).writeByte(refused.reasonCode());
            case OpResult.Stale stale -> out.writeByte(STALE);
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws CodecException if the bytes are corrupt
     */
    public static OpResult read(BinaryReader in) {
        int tag = in.readByte();
        return switch (tag) {
            case ATTACHED ->
                new OpResult.Attached(in.readBoolean(), in.readBoolean(), in.readVarLong(), Values.longs(in));
            case SUBSCRIBED -> new OpResult.Subscribed(Values.booleans(in), Values.longs(in));
            case UNSUBSCRIBED -> new OpResult.Unsubscribed(Values.booleans(in));
            case LISTED -> new OpResult.Listed(Values.list(in, Values::subscription));
            case PUBLISHED -> new OpResult.Published(in.readVarInt());
            case REJECTED -> new OpResult.Published(in.readVarInt(), in.readVarInt());
            case OK -> new OpResult.Ok();
            case REFUSED -> new OpResult.Refused(in.readByte());
            case STALE -> new OpResult.Stale();
            default -> throw new CodecException("no result has the tag " + tag);
        };
    }
}
