package io.lacewing.persistence.shard;

import io.lacewing.persistence.codec.BinaryReader;
import io.lacewing.persistence.codec.BinaryWriter;
import io.lacewing.persistence.codec.CodecException;
import io.lacewing.persistence.codec.MessageTableReader;
import io.lacewing.persistence.codec.MessageTableWriter;
import io.lacewing.router.Message;

/**
 * One {@link ShardOp} as bytes, inside an encoding that has its own version byte and message table: a batch, or a frame
 * that asks a shard's owner.
 */
public final class OpCodec {
    private static final int ATTACH = 1;
    private static final int DETACH = 2;
    private static final int SUBSCRIBE = 3;
    private static final int UNSUBSCRIBE = 4;
    private static final int PUBLISH = 5;
    private static final int RECEIVE_QOS2 = 6;
    private static final int RELEASE_QOS2 = 7;
    private static final int ACKNOWLEDGE = 8;
    private static final int ENQUEUE_RETAINED = 9;
    private static final int REDELIVER = 10;
    private static final int DONE = 11;
    private static final int TAKE_OVER = 12;
    private static final int LIVE_NODES = 13;
    private static final int TICK = 14;
    private static final int WITHDRAWN = 15;
    private static final int PICK = 16;
    private static final int SET_LIMITS = 17;
    private static final int REANNOUNCE = 18;
    private static final int LIST_SUBSCRIPTIONS = 19;

    private static final ShardOp.Acknowledge.Kind[] KINDS = ShardOp.Acknowledge.Kind.values();

    private OpCodec() {}

    /** Writes a tag and the fields. */
    public static void write(BinaryWriter out, MessageTableWriter messages, ShardOp op) {
        switch (op) {
            case ShardOp.Attach attach -> write(out, messages, attach);
            case ShardOp.Detach detach -> {
                client(out, DETACH, detach.clientId(), detach.epoch());
                out.writeBoolean(detach.discardWill());
                out.writeVarLong(detach.expirySeconds() + 1);
            }
            case ShardOp.Subscribe subscribe -> {
                client(out, SUBSCRIBE, subscribe.clientId(), subscribe.epoch());
                out.writeVarInt(subscribe.subscriptions().size());
                subscribe.subscriptions().forEach(subscription -> Values.write(out, subscription));
            }
            case ShardOp.Unsubscribe unsubscribe -> {
                client(out, UNSUBSCRIBE, unsubscribe.clientId(), unsubscribe.epoch());
                Values.writeFilters(out, unsubscribe.filters());
            }
            case ShardOp.ListSubscriptions list -> client(out, LIST_SUBSCRIPTIONS, list.clientId(), list.epoch());
            case ShardOp.Publish publish -> {
                out.writeByte(PUBLISH);
                messages.write(out, publish.message());
                out.writeBoolean(publish.plain());
                Values.writeFilters(out, publish.groups());
            }
            case ShardOp.ReceiveQos2 receive -> {
                client(out, RECEIVE_QOS2, receive.clientId(), receive.epoch());
                out.writeVarInt(receive.packetId());
                messages.write(out, receive.message());
            }
            case ShardOp.ReleaseQos2 release -> {
                client(out, RELEASE_QOS2, release.clientId(), release.epoch());
                out.writeVarInt(release.packetId());
            }
            case ShardOp.Acknowledge acknowledge -> {
                client(out, ACKNOWLEDGE, acknowledge.clientId(), acknowledge.epoch());
                out.writeVarInt(acknowledge.packetId());
                out.writeByte(acknowledge.kind().ordinal());
                out.writeByte(acknowledge.reasonCode());
            }
            case ShardOp.EnqueueRetained retained -> {
                client(out, ENQUEUE_RETAINED, retained.clientId(), retained.epoch());
                Values.write(out, retained.subscription());
                out.writeVarInt(retained.messages().size());
                for (Message message : retained.messages()) {
                    messages.write(out, message);
                }
            }
            case ShardOp.Redeliver redeliver -> {
                client(out, REDELIVER, redeliver.clientId(), redeliver.epoch());
                out.writeVarLong(redeliver.fromDelivery());
            }
            case ShardOp.Withdrawn withdrawn -> out.writeByte(WITHDRAWN);
            case ShardOp.Pick pick -> {
                out.writeByte(PICK).writeVarLong(pick.outboxId());
                out.writeVarInt(pick.choices().size());
                for (ShardOp.Pick.Choice choice : pick.choices()) {
                    Values.write(out, choice.group());
                    Values.write(out, choice.to());
                }
            }
            case ShardOp.Done done -> Values.writeLongs(out.writeByte(DONE), done.outboxIds());
            case ShardOp.TakeOver takeOver -> out.writeByte(TAKE_OVER).writeLong(takeOver.owner());
            case ShardOp.LiveNodes live -> Values.writeLongs(out.writeByte(LIVE_NODES), live.incarnations());
            case ShardOp.Tick tick -> out.writeByte(TICK);
            case ShardOp.SetLimits set -> LimitsCodec.write(out.writeByte(SET_LIMITS), set.limits());
            case ShardOp.Reannounce reannounce -> out.writeByte(REANNOUNCE);
        }
    }

    private static void write(BinaryWriter out, MessageTableWriter messages, ShardOp.Attach attach) {
        out.writeByte(ATTACH).writeString(attach.clientId());
        Values.write(out, attach.connection());
        out.writeBoolean(attach.cleanStart());
        out.writeVarLong(attach.expirySeconds());
        out.writeVarInt(attach.window());
        Values.write(out, messages, attach.will());
    }

    private static void client(BinaryWriter out, int tag, String clientId, long epoch) {
        out.writeByte(tag).writeString(clientId).writeVarLong(epoch);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws CodecException if the bytes are corrupt
     */
    public static ShardOp read(BinaryReader in, MessageTableReader messages) {
        int tag = in.readByte();
        return switch (tag) {
            case ATTACH ->
                new ShardOp.Attach(
                        in.readString(),
                        Values.connection(in),
                        in.readBoolean(),
                        in.readVarLong(),
                        in.readVarInt(),
                        Values.will(in, messages));
            case PUBLISH -> new ShardOp.Publish(messages.read(in), in.readBoolean(), Values.list(in, Values::filter));
            case DONE -> new ShardOp.Done(Values.longs(in));
            case TAKE_OVER -> new ShardOp.TakeOver(in.readLong());
            case LIVE_NODES -> new ShardOp.LiveNodes(Values.longs(in));
            case TICK -> new ShardOp.Tick();
            case SET_LIMITS -> new ShardOp.SetLimits(LimitsCodec.read(in));
            case REANNOUNCE -> new ShardOp.Reannounce();
            case LIST_SUBSCRIPTIONS -> new ShardOp.ListSubscriptions(in.readString(), in.readVarLong());
            case WITHDRAWN -> new ShardOp.Withdrawn();
            case PICK ->
                new ShardOp.Pick(
                        in.readVarLong(),
                        Values.list(in, i -> new ShardOp.Pick.Choice(Values.filter(i), Values.destination(i))));
            default -> readOfClient(tag, in, messages);
        };
    }

    private static ShardOp readOfClient(int tag, BinaryReader in, MessageTableReader messages) {
        if (tag < DETACH || tag > REDELIVER) {
            throw new CodecException("no op has the tag " + tag);
        }
        String client = in.readString();
        long epoch = in.readVarLong();
        return switch (tag) {
            case DETACH -> new ShardOp.Detach(client, epoch, in.readBoolean(), in.readVarLong() - 1);
            case SUBSCRIBE -> new ShardOp.Subscribe(client, epoch, Values.list(in, Values::subscription));
            case UNSUBSCRIBE -> new ShardOp.Unsubscribe(client, epoch, Values.list(in, Values::filter));
            case RECEIVE_QOS2 -> new ShardOp.ReceiveQos2(client, epoch, in.readVarInt(), messages.read(in));
            case RELEASE_QOS2 -> new ShardOp.ReleaseQos2(client, epoch, in.readVarInt());
            case ACKNOWLEDGE ->
                new ShardOp.Acknowledge(
                        client, epoch, in.readVarInt(), Values.oneOf(KINDS, in.readByte()), in.readByte());
            case ENQUEUE_RETAINED ->
                new ShardOp.EnqueueRetained(client, epoch, Values.subscription(in), Values.list(in, messages::read));
            case REDELIVER -> new ShardOp.Redeliver(client, epoch, in.readVarLong());
            default -> throw new CodecException("no op has the tag " + tag);
        };
    }
}
