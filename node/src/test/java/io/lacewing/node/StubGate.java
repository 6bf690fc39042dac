package io.lacewing.node;

import io.lacewing.cluster.ClientPort;
import io.lacewing.cluster.Gate;
import io.lacewing.cluster.core.Effect.Answer;
import io.lacewing.persistence.shard.OpResult;
import io.lacewing.persistence.shard.ShardOp;
import io.lacewing.router.Message;
import io.lacewing.router.RetainedIndex;
import io.lacewing.router.RouteIndex;
import io.lacewing.router.TopicFilter;
import io.vertx.core.Context;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A gate to a core that takes everything at once, and whose lease a test gives and takes. */
final class StubGate implements Gate {
    private final Context context;
    private final AtomicBoolean lease;
    private final Withheld withheld;
    private long lastNumber;
    private long lastEpoch;

    StubGate(Context context, AtomicBoolean lease, Withheld withheld) {
        this.context = context;
        this.lease = lease;
        this.withheld = withheld;
    }

    @Override
    public boolean mayAcknowledge() {
        return lease.get();
    }

    @Override
    public long incarnation() {
        return 1;
    }

    @Override
    public RouteIndex routes() {
        return RouteIndex.empty();
    }

    @Override
    public RetainedIndex retained() {
        return RetainedIndex.empty();
    }

    @Override
    public boolean isCongested() {
        return false;
    }

    @Override
    public long nextRetainedVersion() {
        return ++lastNumber;
    }

    @Override
    public long nextConnectionNumber() {
        return ++lastNumber;
    }

    @Override
    public void register(long connectionNumber, ClientPort port) {
        // Nothing is delivered from here.
    }

    @Override
    public void unregister(long connectionNumber) {
        // Nothing is delivered from here.
    }

    @Override
    public long request(String clientId, ShardOp op, @Nullable Reply reply) {
        if (op instanceof ShardOp.Detach detach) {
            withheld.asked(detach.discardWill() ? "detach without will" : "detach");
        }
        if (op instanceof ShardOp.Attach) {
            answer(reply, new Answer.Shard(new OpResult.Attached(false, false, ++lastEpoch, List.of())));
        } else {
            answer(reply, new Answer.Shard(new OpResult.Ok()));
        }
        return ++lastNumber;
    }

    @Override
    public void cancel(long request) {
        withheld.asked("cancel");
    }

    @Override
    public void publish(Message message, @Nullable Reply reply) {
        withheld.asked("publish");
        if (reply != null) {
            withheld.answer(() -> answer(reply, new Answer.Published(1)));
        }
    }

    @Override
    public long settle(Reply reply) {
        withheld.asked("settle");
        withheld.answer(() -> answer(reply, new Answer.Ok()));
        return ++lastNumber;
    }

    @Override
    public void localSubscriptions(TopicFilter filter, int delta, @Nullable Reply reply) {
        answer(reply, new Answer.Ok());
    }

    @Override
    public void passOn(TopicFilter group, Message message) {
        // There are no other members.
    }

    @Override
    public void flush() {
        // Nothing waits.
    }

    private void answer(@Nullable Reply reply, Answer answer) {
        if (reply != null) {
            context.runOnContext(v -> reply.answer(answer));
        }
    }
}
