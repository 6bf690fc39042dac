package io.lacewing.cluster.core;

import io.lacewing.cluster.core.NodeMessage.Ops;
import io.lacewing.persistence.shard.Batch.NumberedOp;
import io.lacewing.persistence.shard.Origin;
import io.lacewing.persistence.shard.ShardOp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The ops of one origin for one shard that are not answered yet, in order of their numbers.
 *
 * <p>They are sent in <i>runs</i>. The first op of a run has {@code previous} 0, each further one the number before it in
 * the run. That is safe, as every run begins with the first op that has no answer: what is left out before it or between
 * was answered, so its copies are proven and any owner has it. And it goes on even with a shard that lost its memory.
 * Within a run a missing op shows as a gap.
 *
 * <pre>
 * waiting - an owner is known, its pause is over -> running (all is sent again)
 * running - NotOwner or a gap from the present owner -> waiting, for a pause
 * any     - another owner -> running at once; no owner -> waiting for the view
 * </pre>
 */
final class Chain {
    private static final int RUN_OPS = 256;
    private static final int RUN_BYTES = 256 << 10;

    private final int shard;
    private final Origin origin;
    private final SequencedMap<Long, Entry> unanswered = new LinkedHashMap<>();
    private long owner;
    private boolean running;
    private long retryAt;
    private long last;
    private long sent;
    private long bytes;

    /** An op, its size in bytes, and who waits for its answer. */
    record Entry(ShardOp op, int bytes, ShardClient.@Nullable Waiter waiter) {
        Entry(ShardOp op, ShardClient.@Nullable Waiter waiter) {
            this(op, MessageSize.of(op), waiter);
        }
    }

    Chain(int shard, Origin origin, long owner) {
        this.shard = shard;
        this.origin = origin;
        this.owner = owner;
        this.running = owner != 0;
        this.retryAt = Long.MAX_VALUE;
    }

    /** The node to which a new op is to be sent now; 0 if it has to wait. */
    long target() {
        return running ? owner : 0;
    }

    long owner() {
        return owner;
    }

    int size() {
        return unanswered.size();
    }

    /** The bytes of all ops that are unanswered. */
    long bytes() {
        return bytes;
    }

    /** The highest number given. */
    long last() {
        return last;
    }

    /** The number of the op sent before the next one in this run. */
    long sent() {
        return sent;
    }

    /** Results up to this number are not asked for again. */
    long confirmed() {
        return unanswered.isEmpty() ? last : unanswered.firstEntry().getKey() - 1;
    }

    /** Takes in an op with a number higher than any before. */
    void add(long number, Entry entry) {
        unanswered.put(number, entry);
        last = number;
        bytes += entry.bytes();
    }

    /** Puts an op that changes nothing in the place of an unanswered one; its waiter gets the answer to either. */
    void withdraw(long number) {
        Entry entry = unanswered.get(number);
        if (entry != null) {
            Entry nothing = new Entry(new ShardOp.Withdrawn(), entry.waiter());
            unanswered.put(number, nothing);
            bytes += nothing.bytes() - entry.bytes();
        }
    }

    /** The op of this number went to {@link #target}. */
    void sent(long number) {
        sent = number;
    }

    /** The answered op, or null if it was answered before. */
    @Nullable
    Entry answered(long number) {
        Entry entry = unanswered.remove(number);
        if (entry != null) {
            bytes -= entry.bytes();
        }
        return entry;
    }

    boolean isUnanswered(long number) {
        return unanswered.containsKey(number);
    }

    /** The owner did not take what was sent: it is sent again after a pause. */
    void pauseUntil(long time) {
        running = false;
        retryAt = time;
    }

    /** True if a pause is over. */
    boolean isDue(long time) {
        return !running && owner != 0 && time >= retryAt;
    }

    /** The shard has another owner, or none if 0. */
    void ownerChanged(long newOwner, Post post) {
        owner = newOwner;
        running = false;
        retryAt = Long.MAX_VALUE;
        if (owner != 0) {
            run(post);
        }
    }

    /** Sends all that is unanswered to the owner. */
    void run(Post post) {
        running = true;
        retryAt = Long.MAX_VALUE;
        sent = 0;
        long confirmed = confirmed();
        List<NumberedOp> ops = new ArrayList<>();
        int runBytes = 0;
        for (Map.Entry<Long, Entry> entry : unanswered.entrySet()) {
            ShardOp op = entry.getValue().op();
            ops.add(new NumberedOp(origin, entry.getKey(), sent, op));
            sent = entry.getKey();
            runBytes += entry.getValue().bytes();
            if (ops.size() >= RUN_OPS || runBytes >= RUN_BYTES) {
                post.send(owner, new Ops(shard, origin, confirmed, ops));
                ops = new ArrayList<>();
                runBytes = 0;
            }
        }
        if (!ops.isEmpty()) {
            post.send(owner, new Ops(shard, origin, confirmed, ops));
        }
    }
}
