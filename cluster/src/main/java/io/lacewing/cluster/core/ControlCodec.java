package io.lacewing.cluster.core;

import io.lacewing.cluster.core.NodeMessage.OfVoters;
import io.lacewing.cluster.core.NodeState.Ballot;
import io.lacewing.cluster.core.Voters.Voter;
import io.lacewing.persistence.codec.BinaryReader;
import io.lacewing.persistence.codec.BinaryWriter;
import io.lacewing.persistence.codec.CodecException;

/** What nodes say to each other about leases, voters and copies, and a node's own state, as bytes. */
public final class ControlCodec {
    private static final int STATE_VERSION = 1;

    private static final int PREPARE = 1;
    private static final int PROMISE = 2;
    private static final int ACCEPT = 3;
    private static final int ACCEPTED = 4;
    private static final int REJECTED = 5;
    private static final int LEARN = 6;
    private static final int ASK = 7;

    private ControlCodec() {}

    // ---- a node's own state ----

    /** The state as it is kept on disk, with a version byte in front. */
    public static byte[] encode(NodeState state) {
        BinaryWriter out = new BinaryWriter(128);
        out.writeByte(STATE_VERSION).writeLong(state.identity());
        write(out, state.promised());
        write(out, state.accepted());
        write(out, state.voters());
        write(out, state.learned());
        CoreValues.writeList(out, state.givenUp(), BinaryWriter::writeLong);
        return out.toByteArray();
    }

    /**
     * What {@link #encode} gave.
     *
     * @throws CodecException if the version is unknown or the bytes are corrupt
     */
    public static NodeState decode(byte[] bytes) {
        BinaryReader in = new BinaryReader(bytes);
        in.expectVersion(STATE_VERSION, "the state of a node");
        NodeState state = new NodeState(
                in.readLong(),
                ballot(in),
                ballot(in),
                voters(in),
                voters(in),
                CoreValues.list(in, BinaryReader::readLong));
        in.expectEnd("the state of a node");
        return state;
    }

    // ---- messages ----

    static void write(BinaryWriter out, NodeMessage.Pulse pulse) {
        out.writeVarLong(pulse.sentAt());
        CoreValues.writeList(out, pulse.members(), BinaryWriter::writeLong);
        out.writeBoolean(pulse.ready()).writeBoolean(pulse.offered());
        out.writeVarLong(pulse.aliveAt()).writeVarLong(pulse.votersVersion());
    }

    static NodeMessage.Pulse pulse(BinaryReader in) {
        return new NodeMessage.Pulse(
                in.readVarLong(),
                CoreValues.list(in, BinaryReader::readLong),
                in.readBoolean(),
                in.readBoolean(),
                in.readVarLong(),
                in.readVarLong());
    }

    static void write(BinaryWriter out, Offer offer) {
        out.writeVarInt(offer.shard()).writeVarLong(offer.epoch()).writeVarLong(offer.sequence());
        out.writeBoolean(offer.doubtful());
    }

    static Offer offer(BinaryReader in) {
        return new Offer(CoreValues.shard(in), in.readVarLong(), in.readVarLong(), in.readBoolean());
    }

    static void write(BinaryWriter out, OfVoters message) {
        switch (message) {
            case OfVoters.Prepare prepare -> write(out.writeByte(PREPARE), prepare.ballot());
            case OfVoters.Promise promise -> {
                write(out.writeByte(PROMISE), promise.ballot());
                write(out, promise.accepted());
                write(out, promise.voters());
            }
            case OfVoters.Accept accept -> {
                write(out.writeByte(ACCEPT), accept.ballot());
                write(out, accept.voters());
            }
            case OfVoters.Accepted accepted -> write(out.writeByte(ACCEPTED), accepted.ballot());
            case OfVoters.Rejected rejected -> {
                write(out.writeByte(REJECTED), rejected.ballot());
                write(out, rejected.promised());
            }
            case OfVoters.Learn learn -> {
                write(out.writeByte(LEARN), learn.ballot());
                write(out, learn.voters());
            }
            case OfVoters.Ask ask -> out.writeByte(ASK);
        }
    }

    static OfVoters ofVoters(BinaryReader in) {
        int kind = in.readByte();
        return switch (kind) {
            case PREPARE -> new OfVoters.Prepare(ballot(in));
            case PROMISE -> new OfVoters.Promise(ballot(in), ballot(in), voters(in));
            case ACCEPT -> new OfVoters.Accept(ballot(in), voters(in));
            case ACCEPTED -> new OfVoters.Accepted(ballot(in));
            case REJECTED -> new OfVoters.Rejected(ballot(in), ballot(in));
            case LEARN -> new OfVoters.Learn(ballot(in), voters(in));
            case ASK -> new OfVoters.Ask();
            default -> throw new CodecException("a message about voters of kind " + kind);
        };
    }

    private static void write(BinaryWriter out, Ballot ballot) {
        out.writeVarLong(ballot.number()).writeLong(ballot.node());
    }

    private static Ballot ballot(BinaryReader in) {
        return new Ballot(in.readVarLong(), in.readLong());
    }

    private static void write(BinaryWriter out, Voters voters) {
        out.writeLong(voters.clusterId()).writeVarLong(voters.version());
        CoreValues.writeList(
                out,
                voters.members(),
                (to, voter) -> to.writeString(voter.nodeId()).writeLong(voter.identity()));
    }

    private static Voters voters(BinaryReader in) {
        return new Voters(
                in.readLong(),
                in.readVarLong(),
                CoreValues.list(in, from -> new Voter(from.readString(), from.readLong())));
    }
}
