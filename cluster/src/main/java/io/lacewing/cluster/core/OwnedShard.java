package io.lacewing.cluster.core;

import io.lacewing.cluster.core.Effect.Event;
import io.lacewing.cluster.core.Effect.Note;
import io.lacewing.persistence.shard.Applied;
import io.lacewing.persistence.shard.Batch;
import io.lacewing.persistence.shard.Batch.NumberedOp;
import io.lacewing.persistence.shard.Origin;
import io.lacewing.persistence.shard.Owed;
import io.lacewing.persistence.shard.ShardLimits;
import io.lacewing.persistence.shard.ShardOp;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One shard that this node owns. It comes to be open by {@link Opening}; then one batch is in flight, and what arrives
 * meanwhile forms the next. The first batch has TakeOver, LiveNodes, SetLimits, and Reannounce where the shard came from a
 * disk. If a batch is refused, or a replica has a later epoch, the shard begins anew after a pause: all that is not answered
 * is refused, so that it is sent again. Likewise when the view says that another node owns it.
 *
 * <p>Nothing of a batch leaves the node before three things hold, and the node has its lease:
 *
 * <ol>
 *   <li>Every holder (the owner and the backups of the view) has proven the batch, and they are enough ({@link Proof}).
 *   <li>The record of the shard's holders, in the table that every node has, names them, in this epoch. It is made only
 *       when all of them have proven all that was applied so far.
 *   <li>Every member of the view has kept that record. If someone becomes a member, it is made again.
 * </ol>
 *
 * <p><b>So what was acknowledged is found after any stop.</b> A batch that was released under a record is on the disk of
 * all whom it names, by 1; what was released before that record was made, too, by 2: it had been applied by then. So each
 * of them has all that was acknowledged when that record was the newest. The record is on the disks of all members, by 3,
 * among them a majority of the voters: without these there is no lease. So any majority of the voters knows the newest
 * record under which something was released, or a newer one, which was made by 2 and names only nodes that have all of
 * that, too. Any <i>one</i> of the nodes that it names has everything, as long as its disk has what it had
 * ({@link MissingShards}).
 *
 * <p>A batch of which it is unknown whether it was applied is submitted again as it is: if it was applied, the replica
 * knows its sequence. If a backup's report is missing for some time, an empty batch is submitted as the next, though the
 * former is not proven: replicas answer it, with a report or a gap. An epoch never comes again, also where a lost shard
 * is created anew: then it begins with the time, as the versions of its routes must be higher than they ever were.
 */
final class OwnedShard {
    /** The low bits of an epoch tell the owner; the others the time, or one more than the last epoch's. */
    private static final int EPOCH_NODE_BITS = 10;

    private static final int MOST_PATIENCE = 4;

    private final int shard;
    private final Surroundings around;
    private final Opening opening;
    private final ShardFill fill;
    private View view;
    private ShardLimits limits;

    /** The latest epoch that a replica told of; the next of this owner must be later. */
    private long latestEpoch;

    // Valid whether it is open or not: what waits to be done.
    private final ArrayDeque<Waiting> inbox = new ArrayDeque<>();
    private final Map<Origin, Long> confirmed = new LinkedHashMap<>();

    // Valid from one opening to the next.
    private Proof proof = new Proof(0);
    private RecordedHolders holders = new RecordedHolders(0);
    private Outbox outbox = new Outbox();
    private final ArrayDeque<Pending> unproven = new ArrayDeque<>();
    private long epoch;
    private long sequence;
    private long nextDeadline = Long.MAX_VALUE;
    private final List<NumberedOp> picks = new ArrayList<>();
    private boolean takeOver;
    private boolean membersLeft;
    private boolean limitsChanged;
    private boolean scarce;
    private boolean tickDue;
    private boolean probe;
    private int probes;
    private long installedAt = Long.MIN_VALUE;

    /** What all shards of a node have around them. */
    record Surroundings(
            long self,
            CoreSettings settings,
            Now now,
            Majority majority,
            Effects effects,
            Dispatch dispatch,
            Carrier carrier,
            OfferedCopies offered,
            ShardNotes notes) {}

    /** An op and who sent it. */
    private record Waiting(NumberedOp op, long sender) {}

    /** Whose ops a node has sent. */
    private record Asker(Origin origin, long sender) {}

    /** A batch that is not proven yet. */
    private static final class Pending {
        final Batch batch;
        final List<Long> senders;

        @Nullable
        Applied applied;

        long since;
        boolean resubmit;

        Pending(Batch batch, List<Long> senders, long since) {
            this.batch = batch;
            this.senders = senders;
            this.since = since;
        }
    }

    /** {@code scarce}: this node's memory for sessions is nearly used up. */
    OwnedShard(int shard, View view, Surroundings around, boolean scarce) {
        this.scarce = scarce;
        this.shard = shard;
        this.view = view;
        this.around = around;
        this.opening = new Opening(shard, around);
        this.fill = new ShardFill(shard, around.notes());
        limits = limitsIn(view);
    }

    private ShardLimits limitsIn(View of) {
        CoreSettings settings = around.settings();
        return settings.budget().of(Math.max(1, of.members().size()), settings.shards(), scarce);
    }

    /** The memory for sessions is nearly used up, or is not any more. */
    void scarce(boolean now) {
        scarce = now;
        ShardLimits newLimits = limitsIn(view);
        limitsChanged |= !newLimits.equals(limits);
        limits = newLimits;
    }

    /** As {@link ShardFill#bytes}. */
    long bytes() {
        return fill.bytes();
    }

    /** Ops came from a node that the view has. */
    void offer(long sender, Origin origin, long confirmedUpTo, List<NumberedOp> ops) {
        for (NumberedOp op : ops) {
            inbox.add(new Waiting(op, sender));
        }
        confirmed.merge(origin, confirmedUpTo, Math::max);
    }

    /** How it comes to be open. */
    Opening opening() {
        return opening;
    }

    /** About when the owner of this epoch began, milliseconds since the epoch of all clocks. */
    static long millisOf(long epoch) {
        return epoch >> EPOCH_NODE_BITS;
    }

    /**
     * An epoch that no other owner uses, whatever it saw: a replica that missed the last owner's batches may be promoted,
     * and a batch of that owner, still on its way, must not pass for one of this owner's. So neither one more nor the time
     * alone: both, and the node.
     */
    private long nextEpoch(long last) {
        long base = Math.max((last >> EPOCH_NODE_BITS) + 1, around.now().wall());
        return (base << EPOCH_NODE_BITS) | (around.self() & ((1 << EPOCH_NODE_BITS) - 1));
    }

    void opened(Input.ShardOpened opened) {
        if (!opening.opened(opened, view)) {
            return;
        }
        long latest = Math.max(opened.epoch(), latestEpoch);
        epoch = nextEpoch(Math.max(latest, around.offered().latestEpoch(shard)));
        sequence = opened.sequence();
        proof = new Proof(epoch);
        holders = new RecordedHolders(epoch);
        outbox = new Outbox();
        nextDeadline = Long.MAX_VALUE;
        takeOver = true;
        tickDue = false;
        probe = false;
        probes = 0;
        if (opening.found() == Opening.Found.CREATED) {
            around.carrier().clearRoutes(shard, epoch);
        }
        Event event = opening.found() == Opening.Found.CREATED ? Event.SHARD_CREATED : Event.SHARD_TAKEN_OVER;
        around.effects().add(new Note(event, 1, "shard " + shard + " epoch " + epoch));
    }

    /** Members or placements have changed; this node still owns the shard. */
    void viewChanged(View newView, boolean left, boolean came) {
        view = newView;
        membersLeft |= left;
        if (came) {
            holders.memberCame();
        }
        ShardLimits newLimits = limitsIn(newView);
        limitsChanged |= !newLimits.equals(limits);
        limits = newLimits;
        if (left) {
            // Before LiveNodes makes the shard forget these nodes: then it could not tell a repetition any more.
            inbox.removeIf(waiting -> !newView.has(waiting.sender()));
            confirmed.keySet().removeIf(origin -> origin.kind() == Origin.Kind.NODE && !newView.has(origin.id()));
        }
        proof.viewChanged(newView, shard);
        if (opening.isOpened()) {
            probe |= proof.lacksReport(newView, shard);
            advance();
        }
    }

    void applied(Applied applied) {
        Pending pending = unproven.peekLast();
        if (!opening.isOpened() || pending == null || pending.applied != null || !isOf(pending, applied)) {
            return;
        }
        pending.applied = applied;
        pending.since = around.now().steady();
        pending.resubmit = false;
        nextDeadline = applied.nextDeadline();
        fill.holds(applied.stats().bytes(), limits);
        if (proof.applied(applied.sequence(), applied.hash()) == Proof.Verdict.DIVERGED) {
            repair(Event.REPLICA_DIVERGED, "a replica of shard " + shard);
        }
        advance();
    }

    private static boolean isOf(Pending pending, Applied applied) {
        return pending.batch.epoch() == applied.epoch() && pending.batch.sequence() == applied.sequence();
    }

    void failed(Input.BatchFailed failed) {
        Pending pending = unproven.peekLast();
        if (!opening.isOpened()
                || pending == null
                || pending.applied != null
                || pending.batch.epoch() != failed.epoch()
                || pending.batch.sequence() != failed.sequence()) {
            return;
        }
        switch (failed.failure()) {
            case NOT_OWNER, STALE, GAP, MISSING -> close();
            case UNKNOWN -> {
                pending.resubmit = true;
                pending.since = around.now().steady();
            }
        }
    }

    private void close() {
        refuseAll();
        opening.pause(around.settings().times().retry());
    }

    void reported(ReplicaReport report) {
        if (!opening.isOpened()) {
            return;
        }
        switch (proof.reported(report)) {
            case IGNORED -> {}
            case COUNTED -> advance();
            case GAP -> repair(Event.REPLICA_GAP, "shard " + shard + " on " + report.member());
            case DIVERGED -> repair(Event.REPLICA_DIVERGED, "shard " + shard + " on " + report.member());
            case SUPERSEDED -> {
                latestEpoch = Math.max(latestEpoch, report.epoch());
                close();
            }
        }
    }

    private void repair(Event event, String detail) {
        long now = around.now().steady();
        Pending last = unproven.peekLast();
        long applied = last == null || last.applied != null ? sequence : sequence - 1;
        if (installedAt == Long.MIN_VALUE
                || now - installedAt >= around.settings().times().report()) {
            installedAt = now;
            around.effects().add(new Note(event, 1, detail));
            around.effects().add(new Effect.InstallCopies(shard, epoch, applied));
        }
    }

    /** An entry of the outbox has been carried out. */
    void carried(long ofEpoch, long outboxId) {
        if (opening.isOpened() && ofEpoch == epoch) {
            around.dispatch().answer(shard, outbox.carried(outboxId));
        }
    }

    /** The shard is to keep what was picked; it owes it then. */
    void picked(Publishes.Picked picked) {
        if (opening.isOpened() && picked.owed().epoch() == epoch) {
            picks.add(own(new ShardOp.Pick(picked.owed().outboxId(), picked.choices())));
        }
    }

    /** Time passes. */
    void tick() {
        long now = around.now().steady();
        long patience = around.settings().times().report();
        if (!opening.isOpened()) {
            return;
        }
        advance();
        Pending last = unproven.peekLast();
        if (last == null) {
            // Not while a batch is under way: it may be the one that moves the deadline.
            tickDue = nextDeadline <= around.now().wall() && around.majority().isGood();
            return;
        }
        if (last.resubmit && now - last.since >= around.settings().times().retry()) {
            last.resubmit = false;
            around.effects().add(new Effect.SubmitBatch(last.batch));
        } else if (last.applied != null
                && now - last.since >= patience << Math.min(probes, MOST_PATIENCE)
                && proof.lacksReport(view, shard)) {
            probes++;
            submit(List.of(), List.of());
        }
    }

    /** The turn ends: a batch leaves if there is something to do and none is under way. */
    void flush() {
        // Without the lease this copy may be the one that the majority goes on with, and must not take its nodes for
        // dead.
        if (!opening.isOpened() || !unproven.isEmpty() || !around.majority().isGood()) {
            return;
        }
        List<NumberedOp> ops = new ArrayList<>();
        addOwnerOps(ops);
        List<Long> senders = new ArrayList<>();
        int bytes = 0;
        while (!inbox.isEmpty()
                && senders.size() < around.settings().bounds().batchOps()
                && bytes < around.settings().bounds().batchBytes()) {
            Waiting waiting = inbox.remove();
            ops.add(waiting.op());
            senders.add(waiting.sender());
            bytes += MessageSize.of(waiting.op().op());
        }
        if (!ops.isEmpty() || (probe && proof.lacksReport(view, shard))) {
            submit(ops, senders);
        }
        probe = false;
    }

    private void addOwnerOps(List<NumberedOp> ops) {
        if (takeOver) {
            ops.add(own(new ShardOp.TakeOver(around.self())));
        }
        if (takeOver || membersLeft) {
            List<Long> living = new ArrayList<>();
            view.members().forEach(member -> living.add(member.incarnation()));
            ops.add(own(new ShardOp.LiveNodes(living)));
        }
        if (takeOver && opening.found() == Opening.Found.RECOVERED) {
            ops.add(own(new ShardOp.Reannounce()));
        }
        if (takeOver || limitsChanged) {
            ops.add(own(new ShardOp.SetLimits(limits)));
        }
        ops.addAll(picks);
        picks.clear();
        if (outbox.hasDone()) {
            ops.add(own(new ShardOp.Done(outbox.takeDone())));
        }
        if (tickDue) {
            ops.add(own(new ShardOp.Tick()));
        }
        takeOver = false;
        membersLeft = false;
        limitsChanged = false;
        tickDue = false;
    }

    private static NumberedOp own(ShardOp op) {
        return new NumberedOp(Origin.OWNER, 0, 0, op);
    }

    private void submit(List<NumberedOp> ops, List<Long> senders) {
        sequence++;
        Batch batch = Batches.of(view, around, shard, epoch, sequence, ops, confirmed);
        confirmed.clear();
        unproven.add(new Pending(batch, senders, around.now().steady()));
        around.effects().add(new Effect.SubmitBatch(batch));
    }

    /** Releases what may leave, or records who holds the shard before that. */
    private void advance() {
        if (holders.isUnderWay() || !around.majority().isGood()) {
            return;
        }
        long proven = proof.proven(view, shard, around.settings());
        List<Long> now = RecordedHolders.of(view, shard);
        if (holders.is(now)) {
            release(proven);
        } else if (proven > 0 && proven == proof.applied()) {
            around.carrier().record(holders.begin(shard, now), holders.token(shard));
        }
    }

    /** All members know who holds the shard. */
    void recorded(Token.HoldersPart part) {
        if (opening.isOpened() && holders.done(part)) {
            around.offered().recorded(shard, epoch);
            advance();
        }
    }

    /** True if it has fewer proven copies than it should have; a node that is alone has as many as there can be. */
    boolean isBehind() {
        int wanted = Math.min(
                around.settings().minCopies(),
                around.majority().voters().members().size());
        return opening.isOpened() && (Proof.copies(view, shard) < wanted || proof.lacksReport(view, shard));
    }

    private void release(long proven) {
        Pending first = unproven.peek();
        while (first != null && first.applied != null && first.batch.sequence() <= proven) {
            unproven.remove();
            release(first.applied, first.senders);
            first = unproven.peek();
        }
        if (first == null) {
            probes = 0;
        }
    }

    /** All that may leave once a batch is proven: answers first, as a connection's deliveries wait for its attach. */
    private void release(Applied applied, List<Long> senders) {
        outbox.owe(applied.owed());
        List<Outbox.Held> answers = new ArrayList<>(senders.size());
        for (int i = 0; i < senders.size(); i++) {
            Outbox.Held answer =
                    new Outbox.Held(senders.get(i), applied.answers().get(i));
            if (!outbox.holds(answer, applied.owed())) {
                answers.add(answer);
            }
        }
        outbox.settled(applied.owed());
        for (long id : applied.settled()) {
            answers.addAll(outbox.settled(id));
        }
        around.dispatch().answer(shard, answers);
        around.dispatch().deliver(shard, applied.epoch(), applied.deliveries());
        for (Owed owed : applied.owed()) {
            around.carrier().carry(shard, epoch, owed);
        }
    }

    /**
     * Tells everybody who waits for an answer that there will be none from here, and every node that deliveries may be
     * lost: what was applied and is not proven was delivered to nobody, and will not be by this ownership.
     */
    void refuseAll() {
        Set<Long> informed = new LinkedHashSet<>();
        view.members().forEach(member -> informed.add(member.incarnation()));
        informed.forEach(node -> around.dispatch().refuse(node, shard, Origin.node(node)));
        // A shard's ops may be here from two nodes: one that owned it, and one that does.
        Set<Asker> others = new LinkedHashSet<>();
        inbox.forEach(waiting -> others.add(new Asker(waiting.op().origin(), waiting.sender())));
        for (Pending pending : unproven) {
            int from = pending.batch.ops().size() - pending.senders.size();
            for (int i = 0; i < pending.senders.size(); i++) {
                others.add(new Asker(pending.batch.ops().get(from + i).origin(), pending.senders.get(i)));
            }
        }
        outbox.held().forEach(answer -> others.add(new Asker(answer.answer.origin(), answer.sender)));
        for (Asker asker : others) {
            if (asker.origin().kind() == Origin.Kind.SHARD) {
                around.dispatch().refuse(asker.sender(), shard, asker.origin());
            }
        }
        inbox.clear();
        confirmed.clear();
        unproven.clear();
        picks.clear();
        outbox = new Outbox();
        around.carrier().forget(shard);
        opening.end();
    }

    /** How much waits here: ops, batches that are not proven, outbox entries. */
    int size() {
        return inbox.size() + unproven.size() + outbox.size();
    }
}
