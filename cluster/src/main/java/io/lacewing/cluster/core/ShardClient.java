package io.lacewing.cluster.core;

import io.lacewing.cluster.core.NodeMessage.Ops;
import io.lacewing.cluster.core.NodeMessage.ShardTarget;
import io.lacewing.persistence.shard.Applied;
import io.lacewing.persistence.shard.Batch.NumberedOp;
import io.lacewing.persistence.shard.OpResult;
import io.lacewing.persistence.shard.Origin;
import io.lacewing.persistence.shard.ShardOp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Brings ops to the shards: those of this node, and those that the shards it owns forward. Each is repeated, at whoever
 * owns the shard then, until it is answered; an answer means that its copies are proven, so it counts from any node.
 *
 * <p>This node's own ops are numbered without gaps for as long as it lives. The ops of an owned shard have the numbers of
 * its outbox. Their chain ends when it is empty, as nothing is lost by beginning another one.
 */
final class ShardClient {
    private final Origin node;
    private final Now now;
    private final CoreSettings settings;
    private final Post post;
    private final Chain[] own;
    private final long[] owners;
    private final Map<Long, Map<Integer, Chain>> ofShards = new TreeMap<>();
    private final Map<Long, Attaching> attaching = new HashMap<>();
    private List<Answered> answered = new ArrayList<>();

    /** Who waits for the answer to an op. */
    sealed interface Waiter {
        /** A request that is not an attach. */
        record ForRequest(long request) implements Waiter {}

        /** A request that attaches a connection of this node. */
        record ForAttach(long request, String clientId, long connection) implements Waiter {}

        /** A part of a publish. */
        record ForPublish(long publish) implements Waiter {}
    }

    /** Where the op of a request that attaches waits for its answer. */
    private record Attaching(int shard, long number) {}

    /** An answer for somebody who waits. */
    record Answered(Waiter waiter, OpResult result) {}

    ShardClient(long self, CoreSettings settings, Now now, Post post) {
        this.node = Origin.node(self);
        this.settings = settings;
        this.now = now;
        this.post = post;
        this.own = new Chain[settings.shards()];
        this.owners = new long[settings.shards()];
        for (int shard = 0; shard < own.length; shard++) {
            own[shard] = new Chain(shard, node, 0);
        }
    }

    /** The shards have the owners of {@code view}: what is unanswered goes to the new ones. */
    void viewChanged(View view) {
        for (int shard = 0; shard < owners.length; shard++) {
            long owner = view.placements().get(shard).owner();
            if (owner != owners[shard]) {
                owners[shard] = owner;
                own[shard].ownerChanged(owner, post);
                for (Map<Integer, Chain> chains : ofShards.values()) {
                    Chain chain = chains.get(shard);
                    if (chain != null) {
                        chain.ownerChanged(owner, post);
                    }
                }
            }
        }
    }

    /** True if so much waits for the shard that nothing should be added that can be refused. */
    boolean isFull(int shard) {
        Chain chain = own[shard];
        return chain.size() >= settings.bounds().unansweredOps()
                || chain.bytes() >= settings.bounds().unansweredBytes();
    }

    /** How many of this node's ops for the shard are unanswered. */
    int unanswered(int shard) {
        return own[shard].size();
    }

    /** Sends an op of this node. */
    void submit(int shard, ShardOp op, @Nullable Waiter waiter) {
        Chain chain = own[shard];
        long number = chain.last() + 1;
        chain.add(number, new Chain.Entry(op, waiter));
        if (waiter instanceof Waiter.ForAttach attach) {
            attaching.put(attach.request(), new Attaching(shard, number));
        }
        long target = chain.target();
        if (target != 0) {
            NumberedOp numbered = new NumberedOp(node, number, chain.sent(), op);
            post.send(target, new Ops(shard, node, chain.confirmed(), List.of(numbered)));
            chain.sent(number);
        }
    }

    /**
     * Nobody wants what a request was to attach. From now on its op changes nothing where it comes to be sent again; if a
     * shard has taken it as it was, its answer still comes to its waiter.
     */
    void withdraw(long request) {
        Attaching at = attaching.get(request);
        if (at != null) {
            own[at.shard()].withdraw(at.number());
        }
    }

    /** The node to which an op of {@code origin} for the shard would go now; 0 if it has to wait here. */
    long target(Origin origin, int shard) {
        return chain(origin, shard).target();
    }

    /**
     * Takes in a publish for a shard.
     *
     * @param origin this node, or a shard that it owns
     * @param number the outbox id if {@code origin} is a shard
     * @return what the caller must now send to {@link #target}, or null if it was 0
     */
    @Nullable
    ShardTarget publish(Origin origin, long number, int shard, ShardOp.Publish op, @Nullable Waiter waiter) {
        Chain chain = chain(origin, shard);
        long given = origin.kind() == Origin.Kind.NODE ? chain.last() + 1 : number;
        chain.add(given, new Chain.Entry(op, waiter));
        if (chain.target() == 0) {
            return null;
        }
        ShardTarget target = new ShardTarget(shard, given, chain.sent(), chain.confirmed(), op.plain(), op.groups());
        chain.sent(given);
        return target;
    }

    private Chain chain(Origin origin, int shard) {
        if (origin.equals(node)) {
            return own[shard];
        }
        return ofShards.computeIfAbsent(origin.id(), id -> new TreeMap<>())
                .computeIfAbsent(shard, id -> new Chain(shard, origin, owners[shard]));
    }

    private @Nullable Chain existing(Origin origin, int shard) {
        if (origin.equals(node)) {
            return own[shard];
        }
        Map<Integer, Chain> chains = origin.kind() == Origin.Kind.SHARD ? ofShards.get(origin.id()) : null;
        return chains == null ? null : chains.get(shard);
    }

    /** This node no longer owns a shard: whoever does now forwards its outbox. */
    void forget(int shard) {
        ofShards.remove((long) shard);
    }

    /**
     * A node did not take ops.
     *
     * @return true if it is the one that they should have gone to
     */
    boolean notOwner(long from, NodeMessage.NotOwner refusal) {
        Chain chain = existing(refusal.origin(), refusal.shard());
        if (chain == null || chain.owner() != from) {
            return false;
        }
        chain.pauseUntil(now.steady() + settings.times().retry());
        return true;
    }

    /** Answers came; see {@link #takeAnswered}. */
    void answers(long from, NodeMessage.Answers answers) {
        int shard = answers.shard();
        for (Applied.Answer answer : answers.answers()) {
            Chain chain = existing(answer.origin(), shard);
            if (chain != null) {
                answer(from, chain, answer);
                if (chain.size() == 0 && answer.origin().kind() == Origin.Kind.SHARD) {
                    end(answer.origin(), shard);
                }
            }
        }
    }

    private void answer(long from, Chain chain, Applied.Answer answer) {
        switch (answer) {
            case Applied.Answer.Result result -> {
                Chain.Entry entry = chain.answered(result.number());
                if (entry != null && entry.waiter() != null) {
                    answered.add(new Answered(entry.waiter(), result.result()));
                    if (entry.waiter() instanceof Waiter.ForAttach attach) {
                        attaching.remove(attach.request());
                    }
                }
            }
            case Applied.Answer.Gap gap -> {
                if (chain.owner() == from && chain.isUnanswered(gap.number())) {
                    chain.pauseUntil(now.steady() + settings.times().retry());
                }
            }
        }
    }

    private void end(Origin origin, int shard) {
        Map<Integer, Chain> chains = ofShards.get(origin.id());
        if (chains != null) {
            chains.remove(shard);
            if (chains.isEmpty()) {
                ofShards.remove(origin.id());
            }
        }
    }

    /** Answers since the last call, in order. */
    List<Answered> takeAnswered() {
        if (answered.isEmpty()) {
            return List.of();
        }
        List<Answered> taken = answered;
        answered = new ArrayList<>();
        return taken;
    }

    /** Time passes: chains whose pause is over are sent again. */
    void tick() {
        for (Chain chain : own) {
            retry(chain);
        }
        for (Map<Integer, Chain> chains : ofShards.values()) {
            chains.values().forEach(this::retry);
        }
    }

    private void retry(Chain chain) {
        if (chain.isDue(now.steady())) {
            chain.run(post);
        }
    }
}
