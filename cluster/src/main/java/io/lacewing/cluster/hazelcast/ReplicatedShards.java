package io.lacewing.cluster.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.IMap;
import io.lacewing.cluster.replica.ReplicaBatch;
import io.lacewing.cluster.replica.ReplicaState;
import io.lacewing.cluster.replica.SubmitOutcome;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shards, replicated by Hazelcast: one map entry per shard, exactly one shard in each partition, changed by entry
 * processors on the owner and its backups.
 *
 * <p>Every method is to be called on the core context and its future completes there. A future says what the owner's
 * copy did; it is no proof of the backups, as Hazelcast leaves out one that has just gone. That proof are the reports
 * (see {@link io.lacewing.cluster.replica.ReplicaNotice}), which each replica makes on its own member.
 *
 * <p>A failed future means that nobody knows: the batch may be applied at some replicas. Ask {@link #inspect} and go on
 * from there.
 */
public final class ReplicatedShards {
    private static final SubmitOutcome[] OUTCOMES = SubmitOutcome.values();
    private static final byte[] NOTHING = {};

    private static final Logger log = LoggerFactory.getLogger(ReplicatedShards.class);

    private final HazelcastInstance member;
    private final IMap<Integer, ShardEntry> map;
    private final Integer[] keys;
    private final ReplicaHost host;
    private final long incarnation;
    private final Vertx vertx;
    private final Context context;

    ReplicatedShards(HazelcastInstance member, ReplicaHost host, long incarnation, Vertx vertx, Context context) {
        this.member = member;
        this.map = member.getMap(MemberConfiguration.SESSIONS);
        this.keys = PartitionKeys.of(member.getPartitionService());
        this.host = host;
        this.incarnation = incarnation;
        this.vertx = vertx;
        this.context = context;
    }

    /**
     * Applies a batch at this member's copy, if it is the owner's, and at the backups. The effects come with the report.
     * One batch per shard may be on its way.
     */
    public Future<SubmitOutcome> submit(ReplicaBatch batch) {
        return outcome(batch.shard(), BatchProcessor.of(host, batch));
    }

    /**
     * Makes a shard that was never there, empty. Only for a cluster's birth, or where an operator says so.
     *
     * @return {@link SubmitOutcome#DUPLICATE} if there is a copy already
     */
    public Future<SubmitOutcome> create(int shard) {
        return copy(CopyProcessor.Kind.CREATE, shard, NOTHING);
    }

    /** Puts this copy in place at owner (this member) and backups, whatever was there. */
    public Future<SubmitOutcome> install(int shard, byte[] snapshot) {
        return copy(CopyProcessor.Kind.INSTALL, shard, snapshot);
    }

    /** Sends the owner's (this member's) copy to all backups: the remedy for a gap. Costs as much as the shard is big. */
    public Future<SubmitOutcome> repair(int shard) {
        return copy(CopyProcessor.Kind.REPAIR, shard, NOTHING);
    }

    /**
     * How far the owner's copy is, wherever that is; empty if the shard is closed. Fails too if the copy is there, but its
     * state machine threw.
     */
    public Future<Optional<ReplicaState>> inspect(int shard) {
        return Completions.on(context, () -> map.submitToKey(keys[shard], new InspectProcessor()))
                .map(state -> inspected(shard, state));
    }

    private static Optional<ReplicaState> inspected(int shard, long[] state) {
        if (state.length == InspectProcessor.BROKEN) {
            throw new IllegalStateException("the copy of shard " + shard + " failed at a batch");
        }
        return state.length == 0
                ? Optional.empty()
                : Optional.of(new ReplicaState(state[0], state[1], state[2], state[3]));
    }

    /**
     * Puts a copy from this member's disk in place at the owner, wherever that is, and at its backups, if the owner expects
     * a copy that is as far as this one and has none yet.
     *
     * @param copy writes the copy; called on another thread, while nobody else uses what this member has of the shard
     * @return {@link SubmitOutcome#APPLIED} if it was taken
     */
    public Future<SubmitOutcome> offer(int shard, Supplier<byte[]> copy) {
        return vertx.executeBlocking(() -> host.exclusively(shard, copy), false)
                .compose(bytes -> outcome(shard, new OfferProcessor(host, shard, bytes)));
    }

    /**
     * The same with the copy of this standing that this member has in memory, though it holds the shard no more. Fails if it
     * has none.
     */
    public Future<SubmitOutcome> offer(int shard, long epoch, long sequence) {
        return offer(
                shard,
                () -> host.copy(shard, epoch, sequence)
                        .orElseThrow(() -> new IllegalStateException(
                                "there is no copy of shard " + shard + " at " + epoch + "/" + sequence + " here")));
    }

    /** The owner (this member) takes a copy of this standing by {@link #offer}, once, while it has none. */
    public void expect(int shard, long epoch, long sequence) {
        host.expect(shard, epoch, sequence);
    }

    /** The journal wants a copy of a shard. Blocks while it is made: for any thread but the context's. */
    public void renew(int shard) {
        if (!host.renew(shard)) {
            blocking(() -> host.reread(shard), false);
        }
    }

    /** What the journal has of a shard is not needed, if this member does not hold it. Done on another thread. */
    public void forget(int shard) {
        blocking(() -> host.forget(shard, this::isHeld), true);
    }

    private boolean isHeld(int shard) {
        return ReplicaView.holds(member, shard);
    }

    private void blocking(Runnable what, boolean ordered) {
        vertx.executeBlocking(
                        () -> {
                            what.run();
                            return true;
                        },
                        ordered)
                .onFailure(failure -> log.error("The copies held here could not be looked through", failure));
    }

    /** Takes a shard away at all replicas: it is closed then. For a shard that is open elsewhere in another form. */
    public Future<Void> close(int shard) {
        return Completions.on(context, () -> map.deleteAsync(keys[shard]).thenApply(deleted -> true))
                .mapEmpty();
    }

    private Future<SubmitOutcome> copy(CopyProcessor.Kind kind, int shard, byte[] given) {
        return outcome(shard, new CopyProcessor(host, kind, shard, incarnation, given));
    }

    private Future<SubmitOutcome> outcome(int shard, EntryProcessor<Integer, ShardEntry, Integer> processor) {
        return Completions.on(context, () -> map.submitToKey(keys[shard], processor))
                .map(ordinal -> OUTCOMES[ordinal]);
    }
}
