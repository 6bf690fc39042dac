package io.lacewing.persistence.shard;

import io.lacewing.persistence.session.QueuePolicy;
import io.lacewing.persistence.session.SessionLimits;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What waits for one client of a {@link ShardModel}: a list, and what should happen at its bound. */
final class ModelQueue {
    /** A message for one client. */
    static final class Out {
        String text = "";
        int qos;
        long expiresAt;

        @Nullable
        String group;

        int packetId;
        boolean pubrel;
        boolean dup;
        boolean sentHere;
        long order;
        long sentAt;
    }

    final List<Out> list = new ArrayList<>();
    boolean warned;
    private long sweepAt = ShardModel.NEVER;

    /** What became of messages. */
    static final class Sums {
        int dropped;
        int taken;
        int rejected;
    }

    void add(Out out, SessionLimits limits, Sums sums) {
        boolean full = list.size() >= limits.maxQueued();
        warned |= full;
        if (full && limits.policy() != QueuePolicy.DROP_OLDEST) {
            sums.dropped++;
            sums.rejected += limits.policy() == QueuePolicy.REJECT ? 1 : 0;
            weigh(limits);
            return;
        }
        while (list.size() >= limits.maxQueued()) {
            list.removeFirst();
            sums.dropped++;
        }
        if (list.isEmpty()) {
            sweepAt = ShardModel.NEVER;
        }
        list.add(out);
        sums.taken++;
        if (out.expiresAt != ShardModel.NEVER) {
            sweepAt = Math.min(sweepAt, next1024(out.expiresAt));
        }
        weigh(limits);
    }

    Out removeFirst(SessionLimits limits) {
        Out out = list.removeFirst();
        sweepAt = list.isEmpty() ? ShardModel.NEVER : sweepAt;
        weigh(limits);
        return out;
    }

    /** Messages that expire leave with all others of the same 1,024 ms, and a long queue is not looked through often. */
    void expire(long now, SessionLimits limits, Sums sums) {
        if (sweepAt > now) {
            return;
        }
        int before = list.size();
        list.removeIf(out -> out.expiresAt <= now);
        sums.dropped += before - list.size();
        long first = list.stream().mapToLong(out -> out.expiresAt).min().orElse(ShardModel.NEVER);
        sweepAt = first == ShardModel.NEVER ? first : Math.max(next1024(first), now + before / 8);
        weigh(limits);
    }

    boolean isNearlyFull(SessionLimits limits) {
        return list.size() * 10 > limits.maxQueued() * 8;
    }

    void weigh(SessionLimits limits) {
        warned = isNearlyFull(limits) || (warned && list.size() * 2 >= limits.maxQueued());
    }

    private static long next1024(long time) {
        return (time / 1_024 + 1) * 1_024;
    }
}
