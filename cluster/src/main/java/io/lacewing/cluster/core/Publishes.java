package io.lacewing.cluster.core;

import io.lacewing.cluster.core.Effect.Answer;
import io.lacewing.cluster.core.Effect.Event;
import io.lacewing.cluster.core.NodeMessage.Forward;
import io.lacewing.cluster.core.NodeMessage.ShardTarget;
import io.lacewing.cluster.core.ShardClient.Waiter;
import io.lacewing.cluster.core.Token.OwedPart;
import io.lacewing.cluster.core.Token.PublishPart;
import io.lacewing.persistence.shard.OpResult;
import io.lacewing.persistence.shard.Origin;
import io.lacewing.persistence.shard.Owed;
import io.lacewing.persistence.shard.ShardOp;
import io.lacewing.persistence.shard.ShardOp.Pick.Choice;
import io.lacewing.router.Destination;
import io.lacewing.router.Destination.NodeDestination;
import io.lacewing.router.Destination.ShardDestination;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.RouteMatch;
import io.lacewing.router.ShareGroup;
import io.lacewing.router.SharePicker;
import io.lacewing.router.TopicFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Brings a message to all its homes: one forward per node, however many sessions match there. A publish is done when each
 * node has taken it for its transient sessions (or is gone), each shard has answered, and, if it is retained, all nodes
 * have it.
 *
 * <p>What a shard's outbox publishes goes the same way, with the outbox id for a number: who gets it twice, as the shard
 * has a new owner that does not know what the former did, drops the second. The destination in a share group
 * is chosen once and stored in the shard ({@link Picked}) before anything goes there, as another choice by a new owner
 * could give the message to a second member, or to a destination that has taken later messages and would drop it.
 *
 * <p>A node that dies with its transient sessions counts as having taken what was sent to them: their messages end with
 * the sessions, also those of a share group, as nobody can tell which of them a client has seen (4.8.2 forbids to send a
 * QoS 2 message to a second member).
 *
 * <p>A session that is full, or whose shard is, may reject ({@link io.lacewing.persistence.session.QueuePolicy#REJECT}): the
 * answer says so if no other session took the message. Transient sessions count as having taken it. A shard whose owner is
 * of an older behaviour refuses when it is full: then the publish is answered with the refusal and not acknowledged; what
 * a shard owed is done with, and noted.
 */
final class Publishes {
    private final long self;
    private final Origin node;
    private final Post post;
    private final ShardClient client;
    private final Tables tables;
    private final Requests requests;
    private final Effects effects;
    private final Map<Long, Pending> pending = new HashMap<>();
    private final List<OwedPart> carried = new ArrayList<>();
    private final List<Picked> picked = new ArrayList<>();
    private long publishes;
    private long picks;

    /** A publish some of whose homes do not have it yet. */
    private static final class Pending {
        final long request;
        final @Nullable OwedPart owed;
        int parts;
        int matched;
        boolean taken;
        int rejected;
        OpResult.@Nullable Refused refused;

        Pending(long request, @Nullable OwedPart owed) {
            this.request = request;
            this.owed = owed;
        }
    }

    /** Where something owed is to go in its share groups: for the shard to keep before it is carried out. */
    record Picked(OwedPart owed, List<Choice> choices) {}

    /** What one node or shard gets. */
    private static final class Part {
        boolean plain;
        final List<TopicFilter> groups = new ArrayList<>(0);
        final List<ShardTarget> targets = new ArrayList<>(0);
    }

    /** One message on its way: who numbers it, what it goes to, and what counts its parts. */
    private record Way(
            Message message,
            Origin origin,
            long number,
            TreeMap<Long, Part> nodes,
            TreeMap<Integer, Part> shards,
            @Nullable Long publish) {
        Part node(long incarnation) {
            return nodes.computeIfAbsent(incarnation, id -> new Part());
        }

        Part shard(int shard) {
            return shards.computeIfAbsent(shard, id -> new Part());
        }
    }

    Publishes(long self, Post post, ShardClient client, Tables tables, Requests requests, Effects effects) {
        this.self = self;
        this.node = Origin.node(self);
        this.post = post;
        this.client = client;
        this.tables = tables;
        this.requests = requests;
        this.effects = effects;
    }

    /** A connection of this node publishes; this node's plain transient sessions have the message already. */
    void publish(long request, Message published) {
        boolean tracked = request != Requests.NONE;
        Message message = published.retain() ? stamped(published) : published;
        RouteMatch match = tables.routes().match(message.topic());
        if (message.qos() != Qos.AT_MOST_ONCE && anyFull(match)) {
            requests.reply(request, new Answer.Unavailable("too much waits for a shard"));
            return;
        }
        Way way = way(message, node, 0, tracked ? begin(new Pending(request, null)) : null);
        spread(way, match);
        for (ShareGroup group : match.groups()) {
            pick(way, group);
        }
        send(way);
        if (message.retain()) {
            retain(way);
        }
        finish(way);
    }

    private boolean anyFull(RouteMatch match) {
        for (Destination destination : match.destinations()) {
            if (destination instanceof ShardDestination shard && client.isFull(shard.shard())) {
                return true;
            }
        }
        return false;
    }

    /**
     * A shard of this node owes the cluster a message: a will, or QoS 2 of a persistent session. Here it goes to
     * subscriptions that are not shared; the others' share follows as {@link #give} when the shard has stored it.
     */
    void publish(OwedPart owed, Owed.Publish publish) {
        Message message = publish.message().retain() ? retainable(publish.message()) : publish.message();
        Way way = way(message, Origin.shard(owed.shard()), owed.outboxId(), begin(new Pending(0, owed)));
        RouteMatch match = tables.routes().match(message.topic());
        if (!publish.picked()) {
            pick(owed, match.groups());
        }
        spread(way, match);
        send(way);
        if (message.retain()) {
            retain(way);
        }
        finish(way);
    }

    /** The message stamped; not to be retained on a topic of the broker's own, whatever let it through to here. */
    private Message stamped(Message message) {
        return OwnTopics.has(message.topic()) ? message.withoutRetain() : tables.stamped(message);
    }

    /**
     * The message stamped, or not to be retained if it is a will and as many messages are retained as may be. Any other has
     * its version, and so its leave, from the connection that it came by.
     */
    private Message retainable(Message message) {
        if (OwnTopics.has(message.topic())) {
            return message.withoutRetain();
        }
        if (message.retainedVersion() == 0 && !tables.mayRetain(message)) {
            effects.add(new Effect.Note(Event.RETAINED_FULL, 1, "a will is not retained"));
            return message.withoutRetain();
        }
        return tables.stamped(message);
    }

    /** A shard of this node owes a message to another member of a share group. */
    void passOn(OwedPart owed, Owed.PassOn passOn) {
        ShareGroup group = group(passOn.group(), passOn.message());
        if (group != null) {
            pick(owed, List.of(group));
        }
        carried.add(owed);
    }

    /** A shard of this node owes a message to the destination that was picked in a share group. */
    void give(OwedPart owed, Owed.Give give) {
        Way way = way(give.message(), Origin.shard(owed.shard()), owed.outboxId(), begin(new Pending(0, owed)));
        add(way, give.to(), give.group());
        send(way);
        finish(way);
    }

    /** A transient member of a share group ended: another member gets the message. */
    void passOn(TopicFilter group, Message message) {
        Way way = way(message, node, 0, null);
        ShareGroup members = group(group, message);
        if (members != null) {
            pick(way, members);
            send(way);
        }
    }

    private Way way(Message message, Origin origin, long number, @Nullable Long publish) {
        return new Way(message, origin, number, new TreeMap<>(), new TreeMap<>(), publish);
    }

    private Long begin(Pending publish) {
        Long id = ++publishes;
        pending.put(id, publish);
        return id;
    }

    private @Nullable ShareGroup group(TopicFilter filter, Message message) {
        for (ShareGroup group : tables.routes().match(message.topic()).groups()) {
            if (group.filter().equals(filter)) {
                return group;
            }
        }
        withoutMember(filter);
        return null;
    }

    private void withoutMember(TopicFilter group) {
        effects.add(new Effect.Note(Event.SHARE_WITHOUT_MEMBER, 1, group.value()));
    }

    private void pick(OwedPart owed, List<ShareGroup> groups) {
        List<Choice> choices = new ArrayList<>(groups.size());
        for (ShareGroup group : groups) {
            Destination to = SharePicker.pick(group, picks++);
            if (to == null) {
                withoutMember(group.filter());
            } else {
                choices.add(new Choice(group.filter(), to));
            }
        }
        if (!choices.isEmpty()) {
            picked.add(new Picked(owed, choices));
        }
    }

    private void spread(Way way, RouteMatch match) {
        boolean given = way.origin().equals(node);
        for (Destination destination : match.destinations()) {
            switch (destination) {
                case NodeDestination to -> {
                    if (given && to.incarnation() == self) {
                        taken(way);
                    } else {
                        way.node(to.incarnation()).plain = true;
                    }
                }
                case ShardDestination to -> way.shard(to.shard()).plain = true;
            }
        }
    }

    private void pick(Way way, ShareGroup group) {
        Destination to = SharePicker.pick(group, picks++);
        if (to == null) {
            withoutMember(group.filter());
        } else {
            add(way, to, group.filter());
        }
    }

    private static void add(Way way, Destination destination, TopicFilter group) {
        switch (destination) {
            case NodeDestination to -> way.node(to.incarnation()).groups.add(group);
            case ShardDestination to -> way.shard(to.shard()).groups.add(group);
        }
    }

    /** Shards first, as their ops travel in the forwards. */
    private void send(Way way) {
        matched(way, way.nodes().size() + way.shards().size());
        way.shards().forEach((shard, part) -> toShard(way, shard, part));
        way.nodes().forEach((to, part) -> toNode(way, to, part));
    }

    private void toShard(Way way, int shard, Part part) {
        long target = client.target(way.origin(), shard);
        if (isDroppable(way, target) || (way.message().qos() == Qos.AT_MOST_ONCE && client.isFull(shard))) {
            effects.add(new Effect.Note(Event.FORWARD_DROPPED, 1, "QoS 0 to shard " + shard));
            return;
        }
        Waiter waiter = null;
        if (way.publish() != null) {
            waiter = new Waiter.ForPublish(way.publish());
            more(way.publish());
        }
        ShardOp.Publish op = new ShardOp.Publish(way.message(), part.plain, part.groups);
        ShardTarget sent = client.publish(way.origin(), way.number(), shard, op, waiter);
        if (sent != null) {
            way.node(target).targets.add(sent);
        }
    }

    private void toNode(Way way, long to, Part part) {
        boolean transients = part.plain || !part.groups.isEmpty();
        if (transients) {
            taken(way);
        }
        if (part.targets.isEmpty() && isDroppable(way, to)) {
            effects.add(new Effect.Note(Event.FORWARD_DROPPED, 1, "QoS 0 to node " + to));
            return;
        }
        Token token = null;
        if (transients && way.publish() != null) {
            token = new PublishPart(way.publish());
            more(way.publish());
        }
        Forward forward = new Forward(way.message(), way.origin(), way.number(), part.plain, part.groups, part.targets);
        post.send(to, forward, token);
    }

    /** Only what comes from a client at QoS 0: what a shard owes is never dropped. */
    private boolean isDroppable(Way way, long to) {
        return way.message().qos() == Qos.AT_MOST_ONCE && way.origin().equals(node) && post.isOverloaded(to);
    }

    private void retain(Way way) {
        Token token = null;
        if (way.publish() != null) {
            token = new PublishPart(way.publish());
            more(way.publish());
        }
        tables.retain(way.message(), token);
    }

    private void matched(Way way, int count) {
        Pending publish = way.publish() == null ? null : pending.get(way.publish());
        if (publish != null) {
            publish.matched = count;
        }
    }

    private void taken(Way way) {
        Pending publish = way.publish() == null ? null : pending.get(way.publish());
        if (publish != null) {
            publish.taken = true;
        }
    }

    private void more(Long id) {
        Pending publish = pending.get(id);
        if (publish != null) {
            publish.parts++;
        }
    }

    private void finish(Way way) {
        if (way.publish() != null) {
            finish(way.publish());
        }
    }

    private void finish(Long id) {
        Pending publish = pending.get(id);
        if (publish == null || publish.parts > 0) {
            return;
        }
        pending.remove(id);
        if (publish.owed != null) {
            carried.add(publish.owed);
        } else if (publish.refused != null) {
            requests.reply(publish.request, new Answer.Shard(publish.refused));
        } else {
            int rejected = publish.taken ? 0 : publish.rejected;
            requests.reply(publish.request, new Answer.Published(publish.matched, rejected));
        }
    }

    /** A shard has answered its part of a publish. */
    void answered(long id, OpResult result) {
        Pending publish = pending.get(id);
        if (publish != null && result instanceof OpResult.Refused refused) {
            publish.refused = refused;
            if (publish.owed != null) {
                effects.add(new Effect.Note(Event.OWED_REFUSED, 1, "a full shard refused what another one owed"));
            }
        }
        if (publish != null && result instanceof OpResult.Published published) {
            publish.taken |= published.taken() > 0;
            publish.rejected += published.rejected();
        }
        partDone(id);
    }

    /** One part of a publish is done. */
    void partDone(long id) {
        Pending publish = pending.get(id);
        if (publish != null) {
            publish.parts--;
            finish(id);
        }
    }

    /** This node no longer owns a shard, or begins it anew: what it owed is no longer waited for. */
    void forget(int shard) {
        pending.values().removeIf(publish -> publish.owed != null && publish.owed.shard() == shard);
        client.forget(shard);
    }

    /** How many publishes wait for something. */
    int size() {
        return pending.size();
    }

    /** What was picked since the last call. */
    List<Picked> takePicked() {
        if (picked.isEmpty()) {
            return List.of();
        }
        List<Picked> taken = List.copyOf(picked);
        picked.clear();
        return taken;
    }

    /** Outbox entries that have been carried out since the last call. */
    List<OwedPart> takeCarried() {
        if (carried.isEmpty()) {
            return List.of();
        }
        List<OwedPart> taken = List.copyOf(carried);
        carried.clear();
        return taken;
    }
}
