package io.lacewing.cluster.core;

import io.lacewing.cluster.core.NodeMessage.Forward;
import io.lacewing.cluster.core.NodeMessage.Ops;
import io.lacewing.cluster.core.NodeMessage.ShardTarget;
import io.lacewing.cluster.core.OwnedShard.Surroundings;
import io.lacewing.cluster.core.Token.OwedPart;
import io.lacewing.persistence.shard.Applied;
import io.lacewing.persistence.shard.Batch.NumberedOp;
import io.lacewing.persistence.shard.Origin;
import io.lacewing.persistence.shard.ShardOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The shards that this node owns, by the view. Ops are taken only from nodes that the view has: a node that it does not
 * have yet would be counted among the dead by the next LiveNodes, so it is told to try again.
 *
 * <p>No shard opens before the tables are complete: what a shard owes is published by them.
 */
final class ShardOwner {
    private final Surroundings around;
    private final @Nullable OwnedShard[] owned;
    private View view = new View(List.of(), List.of());
    /** True if the memory for sessions is nearly used up, so that each shard gets no more than its share. */
    private boolean scarce;

    ShardOwner(Surroundings around) {
        this.around = around;
        this.owned = new OwnedShard[around.settings().shards()];
    }

    /** Shards come and go by the view. */
    void viewChanged(View changed) {
        boolean left = isAnyMissing(view, changed);
        boolean came = isAnyMissing(changed, view);
        view = changed;
        for (int shard = 0; shard < owned.length; shard++) {
            boolean mine = changed.placements().get(shard).owner() == around.self();
            OwnedShard before = owned[shard];
            if (before != null && !mine) {
                before.refuseAll();
                owned[shard] = null;
            } else if (before != null) {
                before.viewChanged(changed, left, came);
            } else if (mine) {
                owned[shard] = new OwnedShard(shard, changed, around, scarce);
            }
        }
    }

    private static boolean isAnyMissing(View of, View in) {
        for (View.Member member : of.members()) {
            if (!in.has(member.incarnation())) {
                return true;
            }
        }
        return false;
    }

    /** Ops came. */
    void receive(long from, Ops ops) {
        offer(from, ops.shard(), ops.origin(), ops.confirmed(), ops.ops());
    }

    /** A forward came: its parts for shards. */
    void receive(long from, Forward forward) {
        for (ShardTarget target : forward.targets()) {
            ShardOp op = new ShardOp.Publish(forward.message(), target.plain(), target.groups());
            NumberedOp numbered = new NumberedOp(forward.origin(), target.number(), target.previous(), op);
            offer(from, target.shard(), forward.origin(), target.confirmed(), List.of(numbered));
        }
    }

    private void offer(long from, int shard, Origin origin, long confirmed, List<NumberedOp> ops) {
        OwnedShard owner = owned[shard];
        if (owner == null || !view.has(from)) {
            around.dispatch().refuse(from, shard, origin);
        } else {
            owner.offer(from, origin, confirmed, ops);
        }
    }

    void opened(Input.ShardOpened opened) {
        OwnedShard owner = owned[opened.shard()];
        if (owner != null) {
            owner.opened(opened);
        }
    }

    void missing(int shard) {
        OwnedShard owner = owned[shard];
        if (owner != null) {
            owner.opening().missing();
        }
    }

    /** All members know who holds a shard. */
    void recorded(Token.HoldersPart part) {
        OwnedShard owner = owned[part.shard()];
        if (owner != null) {
            owner.recorded(part);
        }
    }

    void applied(int shard, Applied applied) {
        OwnedShard owner = owned[shard];
        if (owner != null) {
            owner.applied(applied);
        }
    }

    void failed(Input.BatchFailed failed) {
        OwnedShard owner = owned[failed.shard()];
        if (owner != null) {
            owner.failed(failed);
        }
    }

    void reported(ReplicaReport report) {
        OwnedShard owner = owned[report.shard()];
        if (owner != null) {
            owner.opening().reported(report);
            owner.reported(report);
        }
    }

    /** An outbox entry, or its only part, has been carried out. */
    void carried(OwedPart part) {
        OwnedShard owner = owned[part.shard()];
        if (owner != null) {
            owner.carried(part.epoch(), part.outboxId());
        }
    }

    /** The share of an outbox entry's groups has been picked. */
    void picked(Publishes.Picked picked) {
        OwnedShard owner = owned[picked.owed().shard()];
        if (owner != null) {
            owner.picked(picked);
        }
    }

    /** What the shards of this node and as many copies of others' hold, against what they may. */
    private void weigh() {
        long bytes = 0;
        for (OwnedShard owner : owned) {
            bytes += owner == null ? 0 : owner.bytes();
        }
        boolean now = around.settings().budget().isScarce(bytes, view.members().size(), scarce);
        if (now != scarce) {
            scarce = now;
            for (OwnedShard owner : owned) {
                if (owner != null) {
                    owner.scarce(now);
                }
            }
        }
    }

    /**
     * Time passes.
     *
     * @param ready true if the tables are complete
     */
    void tick(boolean ready) {
        weigh();
        for (OwnedShard owner : owned) {
            if (owner != null) {
                if (ready) {
                    owner.opening().tick(view);
                }
                owner.tick();
            }
        }
        around.notes().tick();
    }

    /**
     * The turn ends: shards open, batches leave.
     *
     * @param ready true if the tables are complete
     */
    void flush(boolean ready) {
        for (OwnedShard owner : owned) {
            if (owner != null) {
                if (ready) {
                    owner.opening().begin();
                }
                owner.flush();
            }
        }
    }

    /** Tells how the shards of this node stand. */
    void describe(SelfState says) {
        says.owned = 0;
        says.closed = 0;
        says.behind = 0;
        for (OwnedShard owner : owned) {
            if (owner != null) {
                says.owned++;
                says.closed += owner.opening().closedAs().isEmpty() ? 0 : 1;
                says.behind += owner.isBehind() ? 1 : 0;
            }
        }
    }

    /** How the shards of this node stand, in lines for people. */
    List<String> status() {
        Map<Integer, String> closed = new TreeMap<>();
        int open = 0;
        int all = 0;
        for (int shard = 0; shard < owned.length; shard++) {
            OwnedShard owner = owned[shard];
            if (owner != null) {
                all++;
                open += owner.opening().isOpened() ? 1 : 0;
                if (!owner.opening().closedAs().isEmpty()) {
                    closed.put(shard, "closed, " + owner.opening().closedAs());
                }
            }
        }
        List<String> lines = new ArrayList<>();
        lines.add("shards of this node: " + all + ", open: " + open + ", closed: " + closed.size());
        lines.addAll(ShardNotes.lines(closed));
        return lines;
    }

    /** An operator wants to go on with what there is of the shards that are not open. Returns what is to be said. */
    List<String> recoverByForce() {
        Map<Integer, String> forced = new TreeMap<>();
        for (int shard = 0; shard < owned.length; shard++) {
            OwnedShard owner = owned[shard];
            String said = owner == null ? "" : owner.opening().force();
            if (!said.isEmpty()) {
                forced.put(shard, said);
            }
        }
        return forced.isEmpty() ? List.of("shards: all of this node are open") : ShardNotes.lines(forced);
    }

    /** How much waits in all shards. */
    int size() {
        int size = 0;
        for (OwnedShard owner : owned) {
            size += owner == null ? 0 : owner.size();
        }
        return size;
    }
}
