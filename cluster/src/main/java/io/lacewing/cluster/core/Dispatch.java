package io.lacewing.cluster.core;

import io.lacewing.persistence.shard.Applied;
import io.lacewing.persistence.shard.Delivery;
import io.lacewing.persistence.shard.Origin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Sends what comes out of the shards of this node to the nodes that wait for it. */
final class Dispatch {
    private static final int CHUNK = 256;
    private static final int CHUNK_BYTES = 256 << 10;

    private final Post post;
    private final Effects effects;

    Dispatch(Post post, Effects effects) {
        this.post = post;
        this.effects = effects;
    }

    /** Answers go to who sent the ops. */
    void answer(int shard, List<Outbox.Held> answers) {
        Map<Long, List<Applied.Answer>> bySender = new LinkedHashMap<>();
        for (Outbox.Held answer : answers) {
            bySender.computeIfAbsent(answer.sender, id -> new ArrayList<>()).add(answer.answer);
        }
        bySender.forEach((sender, list) -> post.send(sender, new NodeMessage.Answers(shard, list)));
    }

    /** Ops of an origin were not taken. */
    void refuse(long to, int shard, Origin origin) {
        post.send(to, new NodeMessage.NotOwner(shard, origin));
    }

    /** The copy of a missing shard on this node's disk is wanted. */
    void want(long from, Offer copy) {
        post.send(from, new NodeMessage.WantCopy(copy.shard(), copy.epoch(), copy.sequence()));
    }

    /** Deliveries go to the nodes of their connections; those of QoS 0 not to a node that has too much to do already. */
    void deliver(int shard, long epoch, List<Delivery> deliveries) {
        Map<Long, List<Delivery>> byNode = new LinkedHashMap<>();
        for (Delivery delivery : deliveries) {
            byNode.computeIfAbsent(delivery.connection().incarnation(), id -> new ArrayList<>())
                    .add(delivery);
        }
        byNode.forEach((node, list) -> deliver(node, shard, epoch, list));
    }

    private void deliver(long node, int shard, long epoch, List<Delivery> deliveries) {
        boolean overloaded = post.isOverloaded(node);
        List<Delivery> chunk = new ArrayList<>();
        int bytes = 0;
        int dropped = 0;
        for (Delivery delivery : deliveries) {
            if (overloaded && delivery.number() == 0) {
                dropped++;
                continue;
            }
            chunk.add(delivery);
            bytes += delivery instanceof Delivery.Publish publish
                    ? publish.message().size()
                    : 0;
            if (chunk.size() >= CHUNK || bytes >= CHUNK_BYTES) {
                post.send(node, new NodeMessage.Deliveries(shard, epoch, chunk));
                chunk = new ArrayList<>();
                bytes = 0;
            }
        }
        if (!chunk.isEmpty()) {
            post.send(node, new NodeMessage.Deliveries(shard, epoch, chunk));
        }
        if (dropped > 0) {
            effects.add(new Effect.Note(
                    Effect.Event.FORWARD_DROPPED, dropped, "QoS 0 to clients on node " + Long.toHexString(node)));
        }
    }
}
