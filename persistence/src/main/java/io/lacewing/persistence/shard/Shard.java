package io.lacewing.persistence.shard;

import io.lacewing.persistence.codec.Hash64;
import io.lacewing.persistence.session.Session;
import io.lacewing.persistence.shard.Batch.NumberedOp;
import java.util.List;

/**
 * The sessions of one hash range of client ids as a deterministic state machine: the same batches make the same state,
 * the same effects and the same hash on every replica, wherever a snapshot was taken and restored between them. Nothing
 * here knows a clock, a thread or a random number.
 *
 * <p>What a batch does, in this order: shard time becomes the later of its own and the batch's; deadlines that have come
 * happen (so an op never meets a session that should have expired, whether a Tick came or not); confirmed results are
 * forgotten; then the ops, in order. One thread at a time; snapshots are taken between batches.
 */
public final class Shard {
    private final ShardState state;
    private final Presence presence;
    private final Requests requests;
    private final FanOut fanOut;

    /** What {@link #check} says of a batch. */
    public enum Verdict {
        /** It is the next one. */
        OK,
        /** It comes from an owner that has been followed by another, or from one that never was it: to be refused. */
        STALE_EPOCH,
        /** Batches before it are missing, or the replica is not of the owner's line: it needs a fresh copy. */
        GAP,
        /** It has been applied: nothing to do, and the replica's standing is the proof. */
        ALREADY_APPLIED
    }

    /**
     * The newest behaviour that this build knows: what the same ops come to. All replicas of a shard apply a batch by the
     * batch's own behaviour, which its owner sets to the lowest that any member knows, so nodes of two builds never make
     * different states of it. To change what an op does: raise this by one, keep the old way for batches below it ({@code
     * batch.behaviour() < n}), and drop that when no build that knows only the old one can be in a cluster any more. Ops,
     * limits and fields that are new need no such switch where members without them are never sent them.
     *
     * <p>1: version 0.1. 2: expired messages leave queues by a deadline; queue policies. 3: a full shard makes room as the
     * queue policy says, and no longer refuses messages.
     */
    public static final int BEHAVIOUR = 3;

    /** From this behaviour on a full shard makes room. */
    static final int MAKES_ROOM = 3;

    /**
     * Room for numbers within an epoch. A shard that was lost and is made anew begins with a later epoch, and must not give
     * out again the outbox ids and attach epochs that the cluster knows of the lost one. Owners begin epochs with the wall
     * clock in 1/1024 of a millisecond, 51 bits, so this is a million numbers for every millisecond that a shard lived, and
     * no overflow before the year 2248.
     */
    private static final int NUMBER_BITS = 10;

    /** An empty shard at epoch 0 and sequence 0; its first batch is a {@link ShardOp.TakeOver} with sequence 1. */
    public Shard(int shard, ShardLimits limits) {
        this(new ShardState(shard, limits));
    }

    private Shard(ShardState state) {
        this.state = state;
        fanOut = new FanOut(state);
        presence = new Presence(state, fanOut);
        requests = new Requests(state, fanOut);
    }

    /**
     * A shard as {@link #snapshot} wrote it.
     *
     * @throws io.lacewing.persistence.codec.CodecException if the version is unknown or the bytes are corrupt
     */
    public static Shard restore(byte[] snapshot) {
        return new Shard(Snapshots.read(snapshot));
    }

    /** The whole state; equal states give equal bytes. */
    public byte[] snapshot() {
        return Snapshots.write(state);
    }

    /**
     * Whether the batch may be applied now. Changes nothing.
     *
     * @throws IllegalArgumentException if the batch is of a behaviour that this build does not know: to apply it would make
     *     another state here than elsewhere
     */
    public Verdict check(Batch batch) {
        if (batch.behaviour() > BEHAVIOUR) {
            throw new IllegalArgumentException("batch " + batch.epoch() + "/" + batch.sequence() + " of shard "
                    + batch.shard() + " is of behaviour " + batch.behaviour() + "; this build knows up to " + BEHAVIOUR
                    + ": run the same version on all nodes");
        }
        if (batch.epoch() < state.epoch) {
            return Verdict.STALE_EPOCH;
        }
        if (batch.epoch() > state.epoch) {
            return beginsWithTakeOver(batch) && batch.sequence() == state.sequence + 1 ? Verdict.OK : Verdict.GAP;
        }
        if (batch.owner() != state.owner) {
            return Verdict.STALE_EPOCH;
        }
        if (batch.sequence() <= state.sequence) {
            return Verdict.ALREADY_APPLIED;
        }
        return batch.sequence() == state.sequence + 1 ? Verdict.OK : Verdict.GAP;
    }

    /** As {@link #apply(Batch, byte[])}, for callers without the encoded form. */
    public Applied apply(Batch batch) {
        return apply(batch, BatchCodec.encode(batch));
    }

    /**
     * Applies a batch.
     *
     * @param encoded the batch as {@link BatchCodec} encodes it: what the hash is over
     * @throws IllegalArgumentException if {@link #check} throws or does not say OK, or the batch is another shard's; nothing
     *     changes
     */
    public Applied apply(Batch batch, byte[] encoded) {
        Verdict verdict = batch.shard() == state.shard ? check(batch) : Verdict.GAP;
        if (verdict != Verdict.OK) {
            throw new IllegalArgumentException("batch " + batch.epoch() + "/" + batch.sequence() + " of shard "
                    + batch.shard() + " is not for shard " + state.shard + " at " + state.epoch + "/" + state.sequence
                    + ": " + verdict);
        }
        boolean takenOver = batch.epoch() > state.epoch;
        if (state.sequence == 0) {
            state.numberFrom((batch.epoch() - 1) << NUMBER_BITS);
        }
        long owedBefore = takenOver ? 0 : state.outbox.lastId();
        Effects effects = new Effects();
        state.epoch = batch.epoch();
        state.owner = batch.owner();
        state.sequence = batch.sequence();
        state.time = Math.max(state.time, batch.time());
        state.behaviour = batch.behaviour();
        presence.due();
        for (Batch.Confirmed confirmed : batch.confirmed()) {
            state.origins.confirmed(confirmed.origin(), confirmed.number());
        }
        for (NumberedOp numbered : batch.ops()) {
            apply(numbered, effects);
        }
        List<Owed> owed = state.outbox.after(owedBefore);
        state.hash = effects.digest(Hash64.mix(state.hash, encoded), owed);
        return new Applied(
                state.epoch,
                state.sequence,
                state.hash,
                List.copyOf(effects.answers),
                List.copyOf(effects.deliveries),
                owed,
                state.outbox.takeSettled(),
                state.deadlines.next(),
                state.ledger.takeDropped(),
                List.copyOf(effects.nearlyFull),
                state.stats());
    }

    private void apply(NumberedOp numbered, Effects effects) {
        Origin origin = numbered.origin();
        if (origin.kind() == Origin.Kind.OWNER) {
            apply(numbered.op(), effects);
            return;
        }
        long number = numbered.number();
        long last = state.origins.last(origin);
        if (number <= last) {
            OpResult first = state.origins.repeat(origin, number);
            effects.answers.add(new Applied.Answer.Result(origin, number, stillOwed(first)));
        } else if (numbered.previous() > last) {
            effects.answers.add(new Applied.Answer.Gap(origin, number, last));
        } else {
            OpResult result = apply(numbered.op(), effects);
            state.origins.applied(origin, number, result);
            effects.answers.add(new Applied.Answer.Result(origin, number, result));
        }
    }

    private OpResult apply(ShardOp op, Effects effects) {
        return switch (op) {
            case ShardOp.Attach attach -> presence.attach(attach, effects);
            case ShardOp.Detach detach -> presence.detach(detach);
            case ShardOp.Subscribe subscribe -> requests.subscribe(subscribe);
            case ShardOp.Unsubscribe unsubscribe -> requests.unsubscribe(unsubscribe);
            case ShardOp.ListSubscriptions list -> requests.list(list);
            case ShardOp.Publish publish -> fanOut.publish(publish, effects);
            case ShardOp.ReceiveQos2 receive -> requests.receive(receive);
            case ShardOp.ReleaseQos2 release -> requests.release(release);
            case ShardOp.Acknowledge acknowledge -> requests.acknowledge(acknowledge, effects);
            case ShardOp.EnqueueRetained retained -> fanOut.retained(retained, effects);
            case ShardOp.Redeliver redeliver -> requests.redeliver(redeliver, effects);
            case ShardOp.Withdrawn withdrawn -> new OpResult.Ok();
            case ShardOp.Pick pick -> {
                state.outbox.pick(pick.outboxId(), pick.choices());
                yield new OpResult.Ok();
            }
            case ShardOp.Done done -> {
                done.outboxIds().forEach(state.outbox::done);
                yield new OpResult.Ok();
            }
            case ShardOp.LiveNodes live -> {
                presence.liveNodes(live.incarnations());
                yield new OpResult.Ok();
            }
            // The batch itself brought about what these two stand for: its epoch and its time.
            case ShardOp.TakeOver takeOver -> new OpResult.Ok();
            case ShardOp.Tick tick -> new OpResult.Ok();
            case ShardOp.SetLimits set -> {
                setLimits(set.limits(), effects);
                yield new OpResult.Ok();
            }
            case ShardOp.Reannounce reannounce -> {
                state.subscribers.reannounce(state.clients(), state.epoch);
                yield new OpResult.Ok();
            }
        };
    }

    private void setLimits(ShardLimits limits, Effects effects) {
        boolean same = limits.session().equals(state.limits.session());
        state.limit(limits);
        if (same) {
            return;
        }
        for (ClientRecord record : state.clients()) {
            Session session = record.session;
            if (session != null) {
                boolean warned = session.isNearlyFull();
                session.limitsChanged();
                if (!warned && session.isNearlyFull()) {
                    effects.nearlyFull(record, session, limits.session());
                }
            }
        }
    }

    /** A remembered result, awaiting what is still owed of what it awaited. */
    private OpResult stillOwed(OpResult result) {
        return switch (result) {
            case OpResult.Attached attached ->
                new OpResult.Attached(
                        attached.sessionPresent(),
                        attached.persistent(),
                        attached.epoch(),
                        state.outbox.pending(attached.awaits()));
            case OpResult.Subscribed subscribed ->
                new OpResult.Subscribed(subscribed.existed(), state.outbox.pending(subscribed.awaits()));
            case OpResult.Unsubscribed same -> same;
            case OpResult.Listed same -> same;
            case OpResult.Published same -> same;
            case OpResult.Ok same -> same;
            case OpResult.Refused same -> same;
            case OpResult.Stale same -> same;
        };
    }

    private static boolean beginsWithTakeOver(Batch batch) {
        return !batch.ops().isEmpty() && batch.ops().getFirst().op() instanceof ShardOp.TakeOver;
    }

    /** Which shard this is. */
    public int number() {
        return state.shard;
    }

    /** The epoch under the present owner. */
    public long epoch() {
        return state.epoch;
    }

    /** The incarnation of the owner that began the present epoch; 0 before the first. */
    public long owner() {
        return state.owner;
    }

    /** The sequence of the last batch. */
    public long sequence() {
        return state.sequence;
    }

    /** The rolling hash over everything applied so far. */
    public long hash() {
        return state.hash;
    }

    /** Shard time, milliseconds since the epoch. */
    public long time() {
        return state.time;
    }

    /** When the next deadline comes, milliseconds since the epoch; Long.MAX_VALUE if there is none. */
    public long nextDeadline() {
        return state.deadlines.next();
    }

    /** About how many bytes it holds: messages once each, records, outbox. */
    public long bytes() {
        return state.bytes();
    }

    /** How much it holds. */
    public ShardStats stats() {
        return state.stats();
    }

    /** Its bounds, as they are now. */
    public ShardLimits limits() {
        return state.limits;
    }

    /** How many client ids it knows, connected or not. */
    public int clients() {
        return state.clients().size();
    }

    /** All that it owes, in order: for an owner that starts over without a new epoch. */
    public List<Owed> outbox() {
        return state.outbox.after(0);
    }

    /** The highest number taken from an origin; 0 if none was. */
    public long lastNumber(Origin origin) {
        return state.origins.last(origin);
    }
}
