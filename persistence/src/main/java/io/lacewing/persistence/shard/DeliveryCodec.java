package io.lacewing.persistence.shard;

import io.lacewing.persistence.codec.BinaryReader;
import io.lacewing.persistence.codec.BinaryWriter;
import io.lacewing.persistence.codec.CodecException;
import io.lacewing.persistence.codec.MessageTableReader;
import io.lacewing.persistence.codec.MessageTableWriter;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import java.util.List;

/**
 * One {@link Delivery} as bytes, for its way to the connection's node, inside an encoding that has its own version byte
 * and message table: what goes to many clients of one node crosses the wire once.
 */
public final class DeliveryCodec {
    private static final int PUBREL = 3;
    private static final int DUP = 1 << 2;
    private static final int RETAIN = 1 << 3;
    private static final int IDENTIFIERS = 1 << 4;

    private DeliveryCodec() {}

    /** Writes flags and the fields. */
    public static void write(BinaryWriter out, MessageTableWriter messages, Delivery delivery) {
        switch (delivery) {
            case Delivery.Publish publish -> {
                List<Integer> identifiers = publish.identifiers();
                out.writeByte(publish.qos().value()
                        | (publish.dup() ? DUP : 0)
                        | (publish.retain() ? RETAIN : 0)
                        | (identifiers.isEmpty() ? 0 : IDENTIFIERS));
                head(out, delivery);
                out.writeVarInt(publish.packetId());
                if (!identifiers.isEmpty()) {
                    out.writeVarInt(identifiers.size());
                    identifiers.forEach(out::writeVarInt);
                }
                messages.write(out, publish.message());
            }
            case Delivery.Pubrel pubrel -> {
                out.writeByte(PUBREL);
                head(out, delivery);
                out.writeVarInt(pubrel.packetId());
            }
        }
    }

    private static void head(BinaryWriter out, Delivery delivery) {
        out.writeString(delivery.clientId());
        Values.write(out, delivery.connection());
        out.writeVarLong(delivery.epoch()).writeVarLong(delivery.number());
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws CodecException if the bytes are corrupt
     */
    public static Delivery read(BinaryReader in, MessageTableReader messages) {
        int flags = in.readByte();
        if (flags >= IDENTIFIERS << 1) {
            throw new CodecException("a delivery with the flags 0x" + Integer.toHexString(flags));
        }
        String client = in.readString();
        ConnectionId connection = Values.connection(in);
        long epoch = in.readVarLong();
        long number = in.readVarLong();
        int packetId = in.readVarInt();
        if ((flags & PUBREL) == PUBREL) {
            return new Delivery.Pubrel(client, connection, epoch, number, packetId);
        }
        List<Integer> identifiers = (flags & IDENTIFIERS) == 0 ? List.of() : Values.list(in, BinaryReader::readVarInt);
        Message message = messages.read(in);
        return new Delivery.Publish(
                client,
                connection,
                epoch,
                number,
                packetId,
                Qos.of(flags & PUBREL),
                (flags & DUP) != 0,
                (flags & RETAIN) != 0,
                identifiers,
                message);
    }
}
