package io.lacewing.persistence.journal;

import io.lacewing.persistence.session.SessionLimits;
import io.lacewing.persistence.shard.Applied;
import io.lacewing.persistence.shard.Batch;
import io.lacewing.persistence.shard.Batch.NumberedOp;
import io.lacewing.persistence.shard.BatchCodec;
import io.lacewing.persistence.shard.ConnectionId;
import io.lacewing.persistence.shard.OpResult;
import io.lacewing.persistence.shard.Origin;
import io.lacewing.persistence.shard.Shard;
import io.lacewing.persistence.shard.ShardLimits;
import io.lacewing.persistence.shard.ShardOp;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A real shard with a subscribed session, and batches for it. */
final class ShardSource {
    static final ShardLimits LIMITS = new ShardLimits(new SessionLimits(8, 1 << 20, 8, 1 << 20), 20, 3, 1 << 20);

    /** One that is encoded, and where it led. */
    record Encoded(byte[] bytes, Standing before, Standing after) {}

    private final int number;
    Shard shard;
    private long owner;
    private long ops;
    private @Nullable OpResult answered;

    ShardSource(int number) {
        this.number = number;
        shard = new Shard(number, LIMITS);
        takeOver();
        apply(shard.epoch(), List.of(new ShardOp.Attach("c", new ConnectionId(owner, 1), false, 1_000_000, 10, null)));
        long epoch = answered instanceof OpResult.Attached attached ? attached.epoch() : -1;
        Subscription all = Subscription.plain(TopicFilter.of("#"), Qos.of(1));
        apply(shard.epoch(), List.of(new ShardOp.Subscribe("c", epoch, List.of(all))));
    }

    /** A copy as it was recovered goes on here. */
    ShardSource(int number, Shard recovered) {
        this.number = number;
        shard = recovered;
    }

    /** A new owner's first batch. */
    Encoded takeOver() {
        owner = shard.epoch() + 1;
        ops = 0;
        return apply(owner, List.of(new ShardOp.TakeOver(owner)));
    }

    /** One with a few messages of up to {@code maxPayload} bytes. */
    Encoded publishes(Random random, int maxPayload) {
        List<ShardOp> ops = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            byte[] payload = new byte[random.nextInt(maxPayload + 1)];
            random.nextBytes(payload);
            ops.add(new ShardOp.Publish(
                    Message.of(TopicName.of("a/" + random.nextInt(5)), payload, Qos.of(1), false), true, List.of()));
        }
        return apply(shard.epoch(), ops);
    }

    /** A batch, or a new owner's. A recovered shard's owner is not known here, so it takes over first. */
    Encoded next(Random random, int maxPayload) {
        return answered == null || random.nextInt(20) == 0 ? takeOver() : publishes(random, maxPayload);
    }

    private Encoded apply(long epoch, List<? extends ShardOp> opsOfOwner) {
        Standing before = Standing.of(shard);
        List<NumberedOp> numbered = new ArrayList<>();
        for (ShardOp op : opsOfOwner) {
            ops++;
            numbered.add(new NumberedOp(Origin.node(owner), ops, ops - 1, op));
        }
        Batch batch = new Batch(number, epoch, shard.sequence() + 1, 1_000_000, owner, numbered, List.of());
        byte[] bytes = BatchCodec.encode(batch);
        Applied applied = shard.apply(BatchCodec.decode(bytes), bytes);
        answered = ((Applied.Answer.Result) applied.answers().getLast()).result();
        return new Encoded(bytes, before, Standing.of(shard));
    }
}
