package io.lacewing.cluster.runtime;

import io.lacewing.cluster.ClientPort;
import io.lacewing.cluster.Gate;
import io.lacewing.cluster.core.Effect;
import io.lacewing.cluster.core.Effect.Answer;
import io.lacewing.cluster.core.Input;
import io.lacewing.persistence.shard.ShardOp;
import io.lacewing.router.Message;
import io.lacewing.router.RetainedIndex;
import io.lacewing.router.RouteIndex;
import io.lacewing.router.TopicFilter;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gate of one event loop: gathers what is asked in a turn of the loop and hands it to the core in one batch, and takes
 * the core's answers for this loop, in order and in one batch. Numbers of requests and connections carry the gate's index,
 * so that the core's runner knows where an answer belongs.
 */
final class LoopGate implements Gate {
    private static final Logger log = LoggerFactory.getLogger(LoopGate.class);
    private static final int INDEX_SHIFT = 48;

    private final int index;
    private final Context context;
    private final CoreRunner core;
    private final Map<Long, Reply> replies = new HashMap<>();
    private final Map<Long, ClientPort> clients = new HashMap<>();
    private List<Input> asked = new ArrayList<>();
    private long lastRequest;
    private long lastConnection;

    LoopGate(int index, Context context, CoreRunner core) {
        this.index = index;
        this.context = context;
        this.core = core;
    }

    /** The index of the gate that gave out a request or connection number. */
    static int indexOf(long number) {
        return (int) (number >>> INDEX_SHIFT);
    }

    private long number(long counter) {
        return ((long) index << INDEX_SHIFT) | counter;
    }

    @Override
    public long incarnation() {
        return core.incarnation();
    }

    @Override
    public RouteIndex routes() {
        return core.routes();
    }

    @Override
    public RetainedIndex retained() {
        return core.retained();
    }

    @Override
    public boolean isCongested() {
        return core.isCongested();
    }

    @Override
    public boolean mayAcknowledge() {
        return core.mayAcknowledge();
    }

    @Override
    public long nextRetainedVersion() {
        return core.versions().next();
    }

    @Override
    public long nextConnectionNumber() {
        return number(++lastConnection);
    }

    @Override
    public void register(long connectionNumber, ClientPort port) {
        clients.put(connectionNumber, port);
    }

    @Override
    public void unregister(long connectionNumber) {
        clients.remove(connectionNumber);
    }

    @Override
    public long request(String clientId, ShardOp op, @Nullable Reply reply) {
        long request = await(reply);
        ask(new Input.Request(request, clientId, op));
        return request;
    }

    @Override
    public void cancel(long request) {
        ask(new Input.Cancel(request));
    }

    @Override
    public void publish(Message message, @Nullable Reply reply) {
        ask(new Input.Publish(await(reply), message));
    }

    @Override
    public long settle(Reply reply) {
        long request = await(reply);
        ask(new Input.Settle(request));
        return request;
    }

    @Override
    public void localSubscriptions(TopicFilter filter, int delta, @Nullable Reply reply) {
        ask(new Input.LocalSubscriptions(await(reply), filter, delta));
    }

    @Override
    public void passOn(TopicFilter group, Message message) {
        ask(new Input.PassOn(group, message));
    }

    private long await(@Nullable Reply reply) {
        if (reply == null) {
            return 0;
        }
        long request = number(++lastRequest);
        replies.put(request, reply);
        return request;
    }

    private void ask(Input input) {
        asked.add(input);
        if (asked.size() == 1) {
            context.runOnContext(v -> flush());
        }
    }

    @Override
    public void flush() {
        if (asked.isEmpty()) {
            return;
        }
        List<Input> batch = asked;
        asked = new ArrayList<>();
        core.offer(batch);
    }

    /** The core's answers for this loop; from the core's context, carried out on the loop. */
    void answer(List<Effect.ToLoop> effects) {
        context.runOnContext(v -> effects.forEach(this::tryToCarryOut));
    }

    /** One effect's failure must not cost other connections theirs; the connection that missed something must not go on. */
    private void tryToCarryOut(Effect.ToLoop effect) {
        try {
            carryOut(effect);
        } catch (RuntimeException | Error e) {
            log.error("a connection failed at an effect of the core", e);
            if (effect instanceof Effect.Deliver deliver) {
                fail(deliver.delivery().connection().number());
            }
        }
    }

    private void fail(long number) {
        ClientPort client = clients.get(number);
        if (client != null) {
            try {
                client.failed();
            } catch (RuntimeException | Error e) {
                log.error("connection {} could not be ended", number, e);
            }
        }
    }

    private void carryOut(Effect.ToLoop effect) {
        switch (effect) {
            case Effect.Reply(long request, Answer answer) -> {
                Reply reply = replies.remove(request);
                if (reply != null) {
                    reply.answer(answer);
                }
            }
            case Effect.Deliver deliver -> {
                ClientPort client = clients.get(deliver.delivery().connection().number());
                if (client != null) {
                    client.deliver(deliver.delivery());
                }
            }
            case Effect.CloseConnection(long number, String clientId, long epoch) -> {
                ClientPort client = clients.get(number);
                if (client != null) {
                    client.takenOver();
                } else {
                    // It has ended. If it said so, this comes after and changes nothing. If not, its client had no
                    // CONNACK, or what it said was lost with the shard's copies: its will is not due (again).
                    request(clientId, new ShardOp.Detach(clientId, epoch, true, -1), null);
                }
            }
        }
    }
}
