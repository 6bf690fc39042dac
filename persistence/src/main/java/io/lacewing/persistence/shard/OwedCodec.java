package io.lacewing.persistence.shard;

import io.lacewing.persistence.codec.BinaryReader;
import io.lacewing.persistence.codec.BinaryWriter;
import io.lacewing.persistence.codec.CodecException;
import io.lacewing.persistence.codec.MessageTableReader;
import io.lacewing.persistence.codec.MessageTableWriter;

/** One {@link Owed} as bytes, inside an encoding that has its own version byte and message table. */
public final class OwedCodec {
    private static final int CLOSE = 1;
    private static final int PUBLISH = 2;
    private static final int PASS_ON = 3;
    private static final int ROUTE = 4;
    private static final int GIVE = 5;

    private OwedCodec() {}

    /** Writes a tag, the id and the fields. */
    public static void write(BinaryWriter out, MessageTableWriter messages, Owed owed) {
        switch (owed) {
            case Owed.Close close -> {
                out.writeByte(CLOSE).writeVarLong(close.id()).writeString(close.clientId());
                out.writeVarLong(close.epoch());
                Values.write(out, close.connection());
                Values.write(out, messages, close.will());
            }
            case Owed.Publish publish -> {
                out.writeByte(PUBLISH).writeVarLong(publish.id());
                messages.write(out, publish.message());
                out.writeBoolean(publish.picked());
            }
            case Owed.PassOn passOn -> {
                out.writeByte(PASS_ON).writeVarLong(passOn.id());
                Values.write(out, passOn.group());
                messages.write(out, passOn.message());
            }
            case Owed.Give give -> {
                out.writeByte(GIVE).writeVarLong(give.id());
                Values.write(out, give.group());
                Values.write(out, give.to());
                messages.write(out, give.message());
            }
            case Owed.Route route -> {
                out.writeByte(ROUTE).writeVarLong(route.id()).writeVarLong(route.epoch());
                Values.write(out, route.filter());
                out.writeVarInt(route.online()).writeVarLong(route.offline());
            }
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws CodecException if the bytes are corrupt
     */
    public static Owed read(BinaryReader in, MessageTableReader messages) {
        int tag = in.readByte();
        long id = in.readVarLong();
        return switch (tag) {
            case CLOSE ->
                new Owed.Close(id, in.readString(), in.readVarLong(), Values.connection(in), Values.will(in, messages));
            case PUBLISH -> new Owed.Publish(id, messages.read(in), in.readBoolean());
            case PASS_ON -> new Owed.PassOn(id, Values.filter(in), messages.read(in));
            case GIVE -> new Owed.Give(id, Values.filter(in), Values.destination(in), messages.read(in));
            case ROUTE -> new Owed.Route(id, in.readVarLong(), Values.filter(in), in.readVarInt(), in.readVarInt());
            default -> throw new CodecException("nothing owed has the tag " + tag);
        };
    }
}
