package io.lacewing.cluster.core;

import io.lacewing.cluster.core.NodeMessage.ShardTarget;
import io.lacewing.persistence.codec.BinaryReader;
import io.lacewing.persistence.codec.BinaryWriter;
import io.lacewing.persistence.codec.CodecException;
import io.lacewing.persistence.codec.MessageTableReader;
import io.lacewing.persistence.codec.MessageTableWriter;
import io.lacewing.persistence.shard.Applied;
import io.lacewing.persistence.shard.Batch.NumberedOp;
import io.lacewing.persistence.shard.DeliveryCodec;
import io.lacewing.persistence.shard.OpCodec;
import io.lacewing.persistence.shard.OpResultCodec;
import io.lacewing.router.Digest;
import java.util.List;

/**
 * A {@link Frame} as bytes, for the wire between two nodes: a version byte, then the frame. An application message that
 * several parts of a frame share is in it once, and is one object again on the other side.
 */
public final class FrameCodec {
    private static final int VERSION = 1;
    private static final int HEAD = 48;

    private static final int FORWARD = 1;
    private static final int OPS = 2;
    private static final int ANSWERS = 3;
    private static final int NOT_OWNER = 4;
    private static final int DELIVERIES = 5;
    private static final int CLOSE_CONNECTION = 6;
    private static final int HELLO = 7;
    private static final int CHANGES = 8;
    private static final int DIGESTS = 9;
    private static final int RANGES = 10;
    private static final int REPORT = 11;
    private static final int CHANGES_KEPT = 12;
    private static final int PULSE = 13;
    private static final int ECHO = 14;
    private static final int OFFERS = 15;
    private static final int WANT_COPY = 16;
    private static final int OF_VOTERS = 17;
    private static final int GIVEN_UP = 18;
    private static final int OPEN_BY_FORCE = 19;
    private static final int WANT_OFFERS = 20;

    private static final NodeMessage.Table[] TABLES = NodeMessage.Table.values();

    private FrameCodec() {}

    // ---- writing ----

    /** The bytes of {@code frame}. */
    public static byte[] encode(Frame frame) {
        long expected = HEAD;
        for (NodeMessage message : frame.messages()) {
            expected += MessageSize.of(message);
        }
        BinaryWriter out = new BinaryWriter((int) Math.min(expected, 1 << 20));
        MessageTableWriter messages = new MessageTableWriter();
        out.writeByte(VERSION).writeLong(frame.from()).writeLong(frame.to());
        out.writeVarLong(frame.first()).writeVarLong(frame.acknowledged());
        CoreValues.writeList(out, frame.messages(), (to, message) -> write(to, messages, message));
        return out.toByteArray();
    }

    private static void write(BinaryWriter out, MessageTableWriter messages, NodeMessage message) {
        switch (message) {
            case NodeMessage.Forward forward -> write(out, messages, forward);
            case NodeMessage.Ops ops -> write(out, messages, ops);
            case NodeMessage.Answers answers -> {
                out.writeByte(ANSWERS).writeVarInt(answers.shard());
                CoreValues.writeList(out, answers.answers(), FrameCodec::write);
            }
            case NodeMessage.NotOwner notOwner ->
                CoreValues.write(out.writeByte(NOT_OWNER).writeVarInt(notOwner.shard()), notOwner.origin());
            case NodeMessage.Deliveries deliveries ->
                CoreValues.writeList(
                        out.writeByte(DELIVERIES)
                                .writeVarInt(deliveries.shard())
                                .writeVarLong(deliveries.epoch()),
                        deliveries.deliveries(),
                        (to, delivery) -> DeliveryCodec.write(to, messages, delivery));
            case NodeMessage.CloseConnection close ->
                out.writeByte(CLOSE_CONNECTION)
                        .writeVarLong(close.number())
                        .writeString(close.clientId())
                        .writeVarLong(close.epoch());
            case NodeMessage.Hello hello -> out.writeByte(HELLO).writeString(hello.nodeId());
            case NodeMessage.Changes changes ->
                CoreValues.writeList(
                        out.writeByte(CHANGES).writeVarLong(changes.broadcast()),
                        changes.records(),
                        TableRecordCodec::write);
            case NodeMessage.ChangesKept kept -> out.writeByte(CHANGES_KEPT).writeVarLong(kept.broadcast());
            case NodeMessage.Pulse pulse -> ControlCodec.write(out.writeByte(PULSE), pulse);
            case NodeMessage.Echo echo -> out.writeByte(ECHO).writeVarLong(echo.sentAt());
            case NodeMessage.GivenUp givenUp ->
                CoreValues.writeList(out.writeByte(GIVEN_UP), givenUp.incarnations(), BinaryWriter::writeLong);
            case NodeMessage.Offers offers ->
                CoreValues.writeList(
                        out.writeByte(OFFERS).writeVarLong(offers.answers()), offers.offers(), ControlCodec::write);
            case NodeMessage.WantOffers want -> out.writeByte(WANT_OFFERS).writeVarLong(want.number());
            case NodeMessage.WantCopy want ->
                out.writeByte(WANT_COPY)
                        .writeVarInt(want.shard())
                        .writeVarLong(want.epoch())
                        .writeVarLong(want.sequence());
            case NodeMessage.OpenByForce force -> out.writeByte(OPEN_BY_FORCE);
            case NodeMessage.OfVoters ofVoters -> ControlCodec.write(out.writeByte(OF_VOTERS), ofVoters);
            case NodeMessage.Digests digests -> {
                out.writeByte(DIGESTS).writeByte(digests.table().ordinal());
                CoreValues.writeList(out, digests.digests(), BinaryWriter::writeLong);
                out.writeBoolean(digests.joining());
            }
            case NodeMessage.Ranges ranges -> {
                out.writeByte(RANGES).writeByte(ranges.table().ordinal());
                CoreValues.writeList(out, ranges.ranges(), BinaryWriter::writeVarInt);
                CoreValues.writeList(out, ranges.records(), TableRecordCodec::write);
                out.writeBoolean(ranges.reply());
            }
            case NodeMessage.Report report -> write(out, report.report());
        }
    }

    private static void write(BinaryWriter out, MessageTableWriter messages, NodeMessage.Forward forward) {
        out.writeByte(FORWARD);
        messages.write(out, forward.message());
        CoreValues.write(out, forward.origin());
        out.writeVarLong(forward.number()).writeBoolean(forward.plain());
        CoreValues.writeList(out, forward.groups(), CoreValues::write);
        CoreValues.writeList(out, forward.targets(), FrameCodec::write);
    }

    private static void write(BinaryWriter out, ShardTarget target) {
        out.writeVarInt(target.shard()).writeVarLong(target.number()).writeVarLong(target.previous());
        out.writeVarLong(target.confirmed()).writeBoolean(target.plain());
        CoreValues.writeList(out, target.groups(), CoreValues::write);
    }

    private static void write(BinaryWriter out, MessageTableWriter messages, NodeMessage.Ops ops) {
        out.writeByte(OPS).writeVarInt(ops.shard());
        CoreValues.write(out, ops.origin());
        out.writeVarLong(ops.confirmed());
        CoreValues.writeList(out, ops.ops(), (to, op) -> {
            CoreValues.write(to, op.origin());
            to.writeVarLong(op.number()).writeVarLong(op.previous());
            OpCodec.write(to, messages, op.op());
        });
    }

    private static void write(BinaryWriter out, Applied.Answer answer) {
        boolean result = answer instanceof Applied.Answer.Result;
        CoreValues.write(out.writeBoolean(result), answer.origin());
        out.writeVarLong(answer.number());
        switch (answer) {
            case Applied.Answer.Result applied -> OpResultCodec.write(out, applied.result());
            case Applied.Answer.Gap gap -> out.writeVarLong(gap.last());
        }
    }

    private static void write(BinaryWriter out, ReplicaReport report) {
        out.writeByte(REPORT).writeVarInt(report.shard()).writeLong(report.member());
        out.writeVarLong(report.epoch()).writeVarLong(report.sequence()).writeLong(report.hash());
        out.writeBoolean(report.gap());
    }

    // ---- reading ----

    /**
     * What {@link #encode} gave.
     *
     * @throws CodecException if the version is unknown or the bytes are corrupt
     */
    public static Frame decode(byte[] bytes) {
        BinaryReader in = new BinaryReader(bytes);
        MessageTableReader messages = new MessageTableReader();
        in.expectVersion(VERSION, "a frame");
        try {
            Frame frame = new Frame(
                    in.readLong(),
                    in.readLong(),
                    in.readVarLong(),
                    in.readVarLong(),
                    CoreValues.list(in, from -> read(from, messages)));
            in.expectEnd("a frame");
            return frame;
        } catch (IllegalArgumentException e) {
            // A value that its type refuses, such as No Local with a shared filter.
            throw new CodecException("a frame with an impossible value", e);
        }
    }

    private static NodeMessage read(BinaryReader in, MessageTableReader messages) {
        int tag = in.readByte();
        return switch (tag) {
            case FORWARD -> forward(in, messages);
            case OPS -> ops(in, messages);
            case ANSWERS -> new NodeMessage.Answers(CoreValues.shard(in), CoreValues.list(in, FrameCodec::answer));
            case NOT_OWNER -> new NodeMessage.NotOwner(CoreValues.shard(in), CoreValues.origin(in));
            case DELIVERIES ->
                new NodeMessage.Deliveries(
                        in.readVarInt(),
                        in.readVarLong(),
                        CoreValues.list(in, from -> DeliveryCodec.read(from, messages)));
            case CLOSE_CONNECTION ->
                new NodeMessage.CloseConnection(in.readVarLong(), in.readString(), in.readVarLong());
            case HELLO -> new NodeMessage.Hello(in.readString());
            case CHANGES -> new NodeMessage.Changes(in.readVarLong(), CoreValues.list(in, TableRecordCodec::read));
            case CHANGES_KEPT -> new NodeMessage.ChangesKept(in.readVarLong());
            case PULSE -> ControlCodec.pulse(in);
            case ECHO -> new NodeMessage.Echo(in.readVarLong());
            case GIVEN_UP -> new NodeMessage.GivenUp(CoreValues.list(in, BinaryReader::readLong));
            case OFFERS -> new NodeMessage.Offers(in.readVarLong(), CoreValues.list(in, ControlCodec::offer));
            case WANT_OFFERS -> new NodeMessage.WantOffers(in.readVarLong());
            case WANT_COPY -> new NodeMessage.WantCopy(CoreValues.shard(in), in.readVarLong(), in.readVarLong());
            case OPEN_BY_FORCE -> new NodeMessage.OpenByForce();
            case OF_VOTERS -> ControlCodec.ofVoters(in);
            case DIGESTS -> digests(in);
            case RANGES ->
                new NodeMessage.Ranges(
                        table(in),
                        CoreValues.list(in, FrameCodec::range),
                        CoreValues.list(in, TableRecordCodec::read),
                        in.readBoolean());
            case REPORT ->
                new NodeMessage.Report(new ReplicaReport(
                        CoreValues.shard(in),
                        in.readLong(),
                        in.readVarLong(),
                        in.readVarLong(),
                        in.readLong(),
                        in.readBoolean()));
            default -> throw new CodecException("a message between nodes of kind " + tag);
        };
    }

    private static NodeMessage.Table table(BinaryReader in) {
        return CoreValues.oneOf(TABLES, in.readByte());
    }

    private static NodeMessage digests(BinaryReader in) {
        NodeMessage.Table table = table(in);
        List<Long> digests = CoreValues.list(in, BinaryReader::readLong);
        if (digests.size() != Digest.RANGES) {
            throw new CodecException(digests.size() + " digests of a table instead of " + Digest.RANGES);
        }
        return new NodeMessage.Digests(table, digests, in.readBoolean());
    }

    private static int range(BinaryReader in) {
        int range = in.readVarInt();
        if (range >= Digest.RANGES) {
            throw new CodecException("the hash range " + range + " of " + Digest.RANGES);
        }
        return range;
    }

    private static NodeMessage forward(BinaryReader in, MessageTableReader messages) {
        return new NodeMessage.Forward(
                messages.read(in),
                CoreValues.origin(in),
                in.readVarLong(),
                in.readBoolean(),
                CoreValues.list(in, CoreValues::filter),
                CoreValues.list(in, FrameCodec::target));
    }

    private static ShardTarget target(BinaryReader in) {
        return new ShardTarget(
                CoreValues.shard(in),
                in.readVarLong(),
                in.readVarLong(),
                in.readVarLong(),
                in.readBoolean(),
                CoreValues.list(in, CoreValues::filter));
    }

    private static NodeMessage ops(BinaryReader in, MessageTableReader messages) {
        return new NodeMessage.Ops(
                CoreValues.shard(in),
                CoreValues.origin(in),
                in.readVarLong(),
                CoreValues.list(
                        in,
                        from -> new NumberedOp(
                                CoreValues.origin(from),
                                from.readVarLong(),
                                from.readVarLong(),
                                OpCodec.read(from, messages))));
    }

    private static Applied.Answer answer(BinaryReader in) {
        boolean result = in.readBoolean();
        var origin = CoreValues.origin(in);
        long number = in.readVarLong();
        return result
                ? new Applied.Answer.Result(origin, number, OpResultCodec.read(in))
                : new Applied.Answer.Gap(origin, number, in.readVarLong());
    }
}
