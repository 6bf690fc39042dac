package io.lacewing.cluster.core;

import io.lacewing.cluster.core.Effect.Answer;
import io.lacewing.cluster.core.ShardClient.Answered;
import io.lacewing.cluster.core.ShardClient.Waiter;
import io.lacewing.persistence.shard.OpResult;
import io.lacewing.persistence.shard.Origin;
import io.lacewing.persistence.shard.ShardOp;
import java.util.ArrayList;
import java.util.List;

/**
 * What one node does in the cluster: inputs and the time go in, effects come out. Not thread-safe: one owner.
 *
 * <p>The owner calls {@link #handle} for all inputs of a turn, then {@link #flush} once, then carries out
 * {@link #effects} in order.
 *
 * <p>Each part below does one thing and knows only those before it; they meet here. What a part has to say to a part
 * before it comes back as a message of this node to itself ({@link Post}), a {@link Token} or an answer, and is dispatched
 * when the part is done with what it is doing. So nothing is called again while it is in the middle of something.
 *
 * <ul>
 *   <li>{@link Links}: messages between nodes, each once and in order
 *   <li>{@link Quorum}: whether this node may acknowledge, and whose majority says so
 *   <li>{@link Tables}: routes and retained messages, the same on every node
 *   <li>{@link ShardClient}: ops to shards, until answered
 *   <li>{@link Publishes}: a message to all its homes
 *   <li>{@link ShardOwner}: the shards of this node, and what they owe
 *   <li>{@link Attachments}: deliveries to this node's connections, each once and in order
 * </ul>
 */
public final class NodeCore {
    private final long self;
    private final CoreSettings settings;
    private final Effects effects = new Effects();
    private final Now now = new Now();
    private final Links links;
    private final Post post;
    private final SelfState says = new SelfState();
    private final Quorum quorum;
    private final Majority majority;
    private final Tables tables;
    private final Requests requests;
    private final Settling settling;
    private final ShardClient client;
    private final Publishes publishes;
    private final KeptCopies kept;
    private final OfferedCopies offered;
    private final AliveNotes alive;
    /** What the disk had at the start that is in doubt, for people. */
    private final List<String> doubts;

    private final ShardOwner owner;
    private final Attachments attachments;
    /** The answers to attaches that came while the node had no lease. */
    private List<Answered> heldAttaches = new ArrayList<>();
    /** Orders that are carried out, until this node may say so. */
    private final List<Long> heldOrders = new ArrayList<>();
    /** For each shard the last message of its outbox that this node's transient sessions were given. */
    private final long[] forwarded;

    private View view = new View(List.of(), List.of());

    /**
     * A core that knows nobody yet; its first {@link Input.ViewChanged} makes it join.
     *
     * @param self this node
     * @param settings the same on every node, as far as they are not bounds
     * @param recovered what this node's disk had
     */
    public NodeCore(View.Member self, CoreSettings settings, Recovered recovered) {
        this.self = self.incarnation();
        this.settings = settings;
        links = new Links(this.self, LinkSettings.DEFAULTS, effects);
        post = new Post(this.self, links);
        quorum = new Quorum(self, settings.cluster(), recovered.state(), now, post, says, effects);
        majority = quorum.majority();
        TableSettings shared = TableSettings.DEFAULTS.withMaxRetained(
                settings.bounds().retained(), settings.bounds().retainedBytes());
        TableNode node = new TableNode(self, recovered, settings.cluster().keepServing());
        tables = new Tables(node, shared, majority, links, effects);
        requests = new Requests(settings.times().request(), now, majority, effects);
        settling = new Settling(links, requests);
        client = new ShardClient(this.self, settings, now, post);
        publishes = new Publishes(this.self, post, client, tables, requests, effects);
        Carrier carrier = new Carrier(post, tables, publishes);
        kept = new KeptCopies(self, recovered, settings.shards(), post, tables, now, effects);
        offered = new OfferedCopies(recovered.durable(), kept, post, tables, majority, now);
        doubts = recovered.recordsDoubtful()
                ? List.of(
                        "what this node's disk had at its start may have been older than it was: who holds which shard,"
                                + " retained messages")
                : List.of();
        alive = new AliveNotes(recovered, majority, now, effects);
        owner = new ShardOwner(new OwnedShard.Surroundings(
                this.self,
                settings,
                now,
                majority,
                effects,
                new Dispatch(post, effects),
                carrier,
                offered,
                new ShardNotes(now, effects)));
        attachments = new Attachments(settings, now, client, effects);
        forwarded = new long[settings.shards()];
    }

    /**
     * Something happened.
     *
     * @param wall milliseconds since the epoch
     * @param steady milliseconds of a clock that goes on while the process stands still, and never back
     */
    public void handle(Input input, long wall, long steady) {
        now.advance(wall, steady);
        quorum.observe();
        switch (input) {
            case Input.Tick tick -> tick(wall);
            case Input.ViewChanged changed -> viewChanged(changed.view());
            case Input.FrameReceived received -> received(received.frame());
            case Input.ShardOpened opened -> owner.opened(opened);
            case Input.ShardMissing missing -> owner.missing(missing.shard());
            case Input.StateSaved saved -> quorum.saved(saved.save());
            case Input.RecordsKept written -> tables.kept(written);
            case Input.RecordsWanted wanted -> tables.wanted(wanted);
            case Input.Disk disk -> {}
            case Input.Operate(long request, Input.Order.Keep(var row)) ->
                tables.retain(tables.stamped(row), new Token.OrderPart(request));
            case Input.Operate operate ->
                effects.add(new Effect.Answered(operate.request(), operated(operate.order())));
            case Input.BatchApplied applied -> owner.applied(applied.shard(), applied.applied());
            case Input.ReplicaReported reported -> {
                kept.reported(reported.report());
                post.send(reported.owner(), new NodeMessage.Report(reported.report()));
            }
            case Input.BatchFailed failed -> owner.failed(failed);
            case Input.RecordsStored stored -> tables.stored(stored);
            case Input.TablesLoaded loaded -> tables.loaded(loaded);
            case Input.Request request -> requested(request);
            case Input.Cancel cancel -> {
                if (requests.reply(cancel.request(), new Answer.Unavailable("the connection has closed"))) {
                    client.withdraw(cancel.request());
                }
            }
            case Input.Publish publish -> {
                requests.open(publish.request());
                publishes.publish(publish.request(), publish.message());
            }
            case Input.LocalSubscriptions local -> {
                requests.open(local.request());
                tables.localSubscriptions(local.request(), local.filter(), local.delta());
            }
            case Input.Settle settle -> settling.settle(settle.request());
            case Input.PassOn passOn -> publishes.passOn(passOn.group(), passOn.message());
        }
        settle();
    }

    /**
     * The turn ends: what was gathered in it leaves as frames, batches and table changes.
     *
     * @param wall as for {@link #handle}
     * @param steady as for {@link #handle}
     */
    public void flush(long wall, long steady) {
        now.advance(wall, steady);
        quorum.observe();
        settling.advance();
        release();
        do {
            quorum.flush();
            owner.flush(tables.isReady());
            tables.flush();
        } while (settle());
        says.ready = tables.isReady();
        quorum.tell();
        links.flush();
    }

    private void release() {
        if (majority.isGood()) {
            requests.release();
            List<Answered> attaches = heldAttaches;
            heldAttaches = new ArrayList<>();
            attaches.forEach(this::answered);
            heldOrders.forEach(request -> effects.add(new Effect.Answered(request, List.of())));
            heldOrders.clear();
        }
    }

    /** As with three arguments, where both clocks are the same. */
    void handle(Input input, long time) {
        handle(input, time, time);
    }

    /** As with two arguments, where both clocks are the same. */
    void flush(long time) {
        flush(time, time);
    }

    /** The effects since the last call, in the order in which they are to be carried out. The list is the caller's. */
    public List<Effect> effects() {
        return effects.drain();
    }

    private void tick(long time) {
        links.tick(now.steady());
        describe();
        quorum.tick();
        tables.tick(time);
        client.tick();
        owner.tick(tables.isReady());
        kept.tick(tables.isReady());
        attachments.tick();
        requests.tick().forEach(client::withdraw);
    }

    /** What others and people are told of this node from now on. */
    private void describe() {
        alive.tick(tables.isReady());
        says.ready = tables.isReady();
        says.offered = tables.hasOffered();
        says.aliveAt = alive.aliveAt();
        owner.describe(says);
    }

    private List<String> operated(Input.Order order) {
        return switch (order) {
            case Input.Order.Status status -> both(both(quorum.status(), doubts), owner.status());
            case Input.Order.RecoverByForce force -> {
                List<String> others = new ArrayList<>();
                for (View.Member member : view.members()) {
                    if (member.incarnation() != self) {
                        post.send(member.incarnation(), new NodeMessage.OpenByForce());
                        others.add(member.nodeId());
                    }
                }
                List<String> told = others.isEmpty()
                        ? List.of()
                        : List.of("told to do the same with their shards, which their logs name: "
                                + String.join(", ", others));
                yield both(both(quorum.recoverByForce(), owner.recoverByForce()), told);
            }
            case Input.Order.ForgetNode forget -> quorum.forget(forget.nodeId());
            case Input.Order.Keep keep -> throw new IllegalStateException("answered when all have it");
        };
    }

    private static List<String> both(List<String> some, List<String> more) {
        List<String> lines = new ArrayList<>(some);
        lines.addAll(more);
        return lines;
    }

    private void viewChanged(View changed) {
        View before = view;
        view = changed;
        links.viewChanged(changed);
        // Before anything is done with that waited for who has left: without a majority it is not acknowledged.
        tables.tellHolders(before, changed);
        quorum.viewChanged(changed);
        settle();
        tables.viewChanged(changed);
        offered.viewChanged(changed);
        kept.viewChanged(changed);
        client.viewChanged(changed);
        if (!before.placements().isEmpty()) {
            attachments.viewChanged(before, changed);
        }
        owner.viewChanged(changed);
    }

    private void received(Frame frame) {
        for (NodeMessage message : links.receive(frame)) {
            receive(frame.from(), message);
        }
    }

    private void receive(long from, NodeMessage message) {
        switch (message) {
            case NodeMessage.Forward forward -> {
                giveLocally(forward);
                owner.receive(from, forward);
            }
            case NodeMessage.Ops ops -> owner.receive(from, ops);
            case NodeMessage.Answers answers -> client.answers(from, answers);
            case NodeMessage.NotOwner refusal -> {
                if (client.notOwner(from, refusal) && refusal.origin().kind() == Origin.Kind.NODE) {
                    attachments.ownerChanged(refusal.shard());
                }
            }
            case NodeMessage.Deliveries deliveries -> attachments.deliver(from, view, deliveries);
            case NodeMessage.CloseConnection close -> {
                effects.add(new Effect.CloseConnection(close.number(), close.clientId(), close.epoch()));
                attachments.closed(close.number());
            }
            case NodeMessage.Hello hello -> tables.receive(from, hello);
            case NodeMessage.Changes changes -> tables.receive(from, changes);
            case NodeMessage.Digests digests -> tables.receive(from, digests);
            case NodeMessage.Ranges ranges -> tables.receive(from, ranges);
            case NodeMessage.Report report -> owner.reported(report.report());
            case NodeMessage.ChangesKept written -> tables.receive(from, written);
            case NodeMessage.Pulse pulse -> quorum.receive(from, pulse);
            case NodeMessage.Echo echo -> quorum.receive(from, echo);
            case NodeMessage.GivenUp givenUp -> quorum.receive(from, givenUp);
            case NodeMessage.Offers offers -> offered.receive(from, offers);
            case NodeMessage.WantCopy want -> kept.wanted(want);
            case NodeMessage.WantOffers want -> kept.wanted(from, want);
            case NodeMessage.OpenByForce force -> owner.recoverByForce();
            case NodeMessage.OfVoters ofVoters -> quorum.receive(from, ofVoters);
        }
    }

    /** A node's forwards come once over its link; a shard's may come again from the shard's next owner. */
    private void giveLocally(NodeMessage.Forward forward) {
        if (!forward.plain() && forward.groups().isEmpty()) {
            return;
        }
        if (forward.origin().kind() == Origin.Kind.SHARD) {
            int shard = (int) forward.origin().id();
            if (forward.number() <= forwarded[shard]) {
                return;
            }
            forwarded[shard] = forward.number();
        }
        effects.add(new Effect.DeliverLocal(forward.message(), forward.plain(), forward.groups()));
    }

    private void requested(Input.Request request) {
        ShardOp op = request.op();
        int shard = Shards.of(request.clientId(), settings.shards());
        requests.open(request.request());
        if (isRefusable(op) && client.isFull(shard)) {
            requests.reply(request.request(), new Answer.Unavailable("too much waits for the shard"));
            return;
        }
        if (op instanceof ShardOp.Attach attach) {
            long connection = attach.connection().number();
            attachments.attaching(request.clientId(), shard, connection);
            client.submit(shard, op, new Waiter.ForAttach(request.request(), request.clientId(), connection));
            return;
        }
        if (op instanceof ShardOp.Detach detach) {
            attachments.detached(request.clientId(), detach.epoch());
        }
        boolean waits = request.request() != Requests.NONE;
        client.submit(shard, op, waits ? new Waiter.ForRequest(request.request()) : null);
    }

    /** What ends something must come through: it is bounded by what was begun. */
    private static boolean isRefusable(ShardOp op) {
        return switch (op) {
            case ShardOp.Attach attach -> true;
            case ShardOp.Subscribe subscribe -> true;
            case ShardOp.Unsubscribe unsubscribe -> true;
            case ShardOp.ReceiveQos2 receive -> true;
            case ShardOp.EnqueueRetained retained -> true;
            case ShardOp.Publish publish -> true;
            case ShardOp.Detach detach -> false;
            case ShardOp.ReleaseQos2 release -> false;
            case ShardOp.Acknowledge acknowledge -> false;
            case ShardOp.Redeliver redeliver -> false;
            case ShardOp.ListSubscriptions list -> false;
            case ShardOp.Withdrawn withdrawn -> throw notARequest(op);
            case ShardOp.Pick pick -> throw notARequest(op);
            case ShardOp.Done done -> throw notARequest(op);
            case ShardOp.TakeOver takeOver -> throw notARequest(op);
            case ShardOp.LiveNodes liveNodes -> throw notARequest(op);
            case ShardOp.Tick tick -> throw notARequest(op);
            case ShardOp.SetLimits limits -> throw notARequest(op);
            case ShardOp.Reannounce reannounce -> throw notARequest(op);
        };
    }

    private static IllegalArgumentException notARequest(ShardOp op) {
        return new IllegalArgumentException("a connection does not ask for " + op);
    }

    /**
     * Dispatches what the parts have for each other until nothing is left.
     *
     * @return true if there was anything
     */
    private boolean settle() {
        boolean any = false;
        while (settleOnce()) {
            any = true;
        }
        return any;
    }

    private boolean settleOnce() {
        boolean any = false;
        Post.Local local = post.poll();
        while (local != null) {
            any = true;
            receive(self, local.message());
            if (local.token() != null) {
                completed(local.token());
            }
            local = post.poll();
        }
        for (Token token : links.takeCompleted()) {
            any = true;
            completed(token);
        }
        for (Token token : tables.takeCompleted()) {
            any = true;
            completed(token);
        }
        for (Answered answered : client.takeAnswered()) {
            any = true;
            answered(answered);
        }
        // Before what was carried out: nothing is done with before its picks are stored.
        for (Publishes.Picked picked : publishes.takePicked()) {
            any = true;
            owner.picked(picked);
        }
        for (Token.OwedPart part : publishes.takeCarried()) {
            any = true;
            owner.carried(part);
        }
        return any;
    }

    private void completed(Token token) {
        switch (token) {
            case Token.PublishPart part -> publishes.partDone(part.publish());
            case Token.OwedPart part -> owner.carried(part);
            case Token.RoutePart part -> requests.reply(part.request(), new Answer.Ok());
            case Token.OrderPart part -> heldOrders.add(part.request());
            case Token.RecoveredRow row -> tables.taken(row);
            case Token.HoldersPart part -> owner.recorded(part);
            case Token.HelloPart part -> tables.taken(part);
        }
    }

    private void answered(Answered answered) {
        OpResult result = answered.result();
        switch (answered.waiter()) {
            case Waiter.ForRequest waiter -> requests.reply(waiter.request(), new Answer.Shard(result));
            case Waiter.ForPublish waiter -> publishes.answered(waiter.publish(), result);
            case Waiter.ForAttach waiter -> {
                if (!majority.isGood()) {
                    heldAttaches.add(answered);
                } else if (requests.reply(waiter.request(), new Answer.Shard(result))) {
                    attachments.attached(waiter.connection(), result);
                } else {
                    abandon(waiter, result);
                }
            }
        }
    }

    /** An attach succeeded after its connection was told that it did not: nobody else knows its epoch. */
    private void abandon(Waiter.ForAttach waiter, OpResult result) {
        attachments.closed(waiter.connection());
        if (result instanceof OpResult.Attached attached) {
            // The client saw no CONNACK, so there was no connection that could end without DISCONNECT: no will.
            ShardOp detach = new ShardOp.Detach(waiter.clientId(), attached.epoch(), true, -1);
            client.submit(Shards.of(waiter.clientId(), settings.shards()), detach, null);
        }
    }
}
