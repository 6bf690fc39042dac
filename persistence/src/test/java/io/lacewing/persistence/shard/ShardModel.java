package io.lacewing.persistence.shard;

import io.lacewing.persistence.session.SessionLimits;
import io.lacewing.persistence.shard.ModelQueue.Out;
import io.lacewing.router.Message;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicFilter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a shard should do, said as simply as possible: lists, linear searches, nothing shared with the real one. It
 * foretells results, deliveries, wills and messages passed on; packet ids it learns from the deliveries.
 */
final class ShardModel {
    static final long NEVER = Long.MAX_VALUE;

    /** A client id. */
    static final class Client {
        String id = "";
        long ordinal;

        @Nullable
        ConnectionId connection;

        long epoch;
        boolean persistent;
        long expiry;
        long expiresAt = NEVER;

        @Nullable
        Will will;

        long willAt = NEVER;
        int window;
        final Map<String, Subscription> subscriptions = new TreeMap<>();
        final ModelQueue queue = new ModelQueue();
        final List<Out> inflight = new ArrayList<>();
        final TreeSet<Integer> received = new TreeSet<>();
    }

    /** One delivery foretold. */
    record Foretold(Client client, ConnectionId connection, long epoch, Out out) {}

    /** A connection that is to be closed, as another one has its client id; {@code will} is null if none is due. */
    private record Parting(
            String client,
            long epoch,
            ConnectionId connection,
            @Nullable Will will) {}

    private final List<Parting> partings = new ArrayList<>();
    final Map<String, Client> clients = new LinkedHashMap<>();
    final List<Foretold> deliveries = new ArrayList<>();
    final List<String> published = new ArrayList<>();
    final List<String> passedOn = new ArrayList<>();
    final List<ConnectionId> closed = new ArrayList<>();
    final List<String> nearlyFull = new ArrayList<>();
    final ModelQueue.Sums sums = new ModelQueue.Sums();
    SessionLimits limits;
    long now;

    private final Map<String, Integer> turns = new HashMap<>();
    private long ordinals;
    private long orders;

    ShardModel(SessionLimits limits) {
        this.limits = limits;
    }

    void begin(long time) {
        deliveries.clear();
        published.clear();
        passedOn.clear();
        closed.clear();
        nearlyFull.clear();
        sums.dropped = 0;
        now = Math.max(now, time);
        clients.values().forEach(c -> c.queue.expire(now, limits, sums));
        for (Client client = due(); client != null; client = due()) {
            if (client.willAt <= now) {
                client.willAt = NEVER;
                will(client);
            } else {
                end(client);
            }
        }
    }

    private @Nullable Client due() {
        return clients.values().stream()
                .filter(c -> Math.min(c.willAt, c.expiresAt) <= now)
                .min(Comparator.<Client>comparingLong(c -> Math.min(c.willAt, c.expiresAt))
                        .thenComparingLong(c -> c.ordinal))
                .orElse(null);
    }

    /** The result of an op, without epochs and awaits. */
    String apply(ShardOp op, long newEpoch) {
        return switch (op) {
            case ShardOp.Attach attach -> attach(attach, newEpoch);
            case ShardOp.Detach detach -> {
                Client c = current(detach.clientId(), detach.epoch());
                if (c == null) {
                    yield detachParting(detach);
                }
                c.will = detach.discardWill() ? null : c.will;
                c.expiry = detach.expirySeconds() >= 0 ? detach.expirySeconds() : c.expiry;
                disconnect(c);
                yield "ok";
            }
            case ShardOp.Subscribe subscribe -> subscribe(subscribe);
            case ShardOp.Unsubscribe unsubscribe -> {
                Client c = current(unsubscribe.clientId(), unsubscribe.epoch());
                if (c == null) {
                    yield "stale";
                }
                List<Boolean> existed = new ArrayList<>();
                for (TopicFilter filter : unsubscribe.filters()) {
                    existed.add(c.subscriptions.remove(filter.value()) != null);
                    forgetEmptyGroups();
                }
                yield existed.toString();
            }
            case ShardOp.Publish publish -> publish(publish);
            case ShardOp.ReceiveQos2 receive -> {
                Client c = current(receive.clientId(), receive.epoch());
                if (c == null) {
                    yield "stale";
                }
                if (!c.persistent) {
                    yield "refused " + 0x82;
                }
                if (c.received.add(receive.packetId())) {
                    published.add(ShardDriver.text(receive.message()));
                }
                yield "ok";
            }
            case ShardOp.ReleaseQos2 release -> {
                Client c = current(release.clientId(), release.epoch());
                yield c == null ? "stale" : c.received.remove(release.packetId()) ? "ok" : "refused " + 0x92;
            }
            case ShardOp.Acknowledge ack -> acknowledge(ack);
            case ShardOp.Redeliver redeliver -> {
                Client c = current(redeliver.clientId(), redeliver.epoch());
                if (c == null) {
                    yield "stale";
                }
                c.inflight.stream()
                        .filter(o -> o.sentHere)
                        .sorted(Comparator.comparingLong(o -> o.sentAt))
                        .forEach(o -> again(c, o));
                yield "ok";
            }
            case ShardOp.LiveNodes live -> {
                for (Client c : List.copyOf(clients.values())) {
                    if (c.connection != null && !live.incarnations().contains(c.connection.incarnation())) {
                        disconnect(c);
                    }
                }
                for (Parting parting : List.copyOf(partings)) {
                    if (!live.incarnations().contains(parting.connection.incarnation())) {
                        part(parting, false);
                    }
                }
                yield "ok";
            }
            case ShardOp.EnqueueRetained retained -> "ok";
            case ShardOp.Withdrawn withdrawn -> "ok";
            case ShardOp.Pick pick -> "ok";
            case ShardOp.Done done -> "ok";
            case ShardOp.TakeOver takeOver -> "ok";
            case ShardOp.ListSubscriptions list -> {
                Client c = current(list.clientId(), list.epoch());
                yield c == null ? "stale" : "listed " + c.subscriptions.size();
            }
            case ShardOp.Tick tick -> "ok";
            case ShardOp.Reannounce reannounce -> "ok";
            case ShardOp.SetLimits set -> {
                limits = set.limits().session();
                for (Client c : clients.values()) {
                    boolean warned = c.queue.warned;
                    c.queue.weigh(limits);
                    warn(c, warned);
                }
                yield "ok";
            }
        };
    }

    private String detachParting(ShardOp.Detach op) {
        for (Parting parting : partings) {
            if (parting.client.equals(op.clientId()) && parting.epoch == op.epoch()) {
                part(parting, op.discardWill());
                return "ok";
            }
        }
        return "stale";
    }

    private void part(Parting parting, boolean discardWill) {
        partings.remove(parting);
        closed.remove(parting.connection);
        if (!discardWill && parting.will != null) {
            published.add(ShardDriver.text(parting.will.message()));
        }
    }

    private String attach(ShardOp.Attach op, long newEpoch) {
        Client c = clients.get(op.clientId());
        boolean present = false;
        if (c != null) {
            boolean connected = c.connection != null;
            present = !op.cleanStart() && c.persistent && !(connected && c.expiry == 0);
            if (c.connection != null) {
                closed.add(c.connection);
                boolean due = c.will != null && (!present || c.will.delaySeconds() == 0);
                partings.add(new Parting(c.id, c.epoch, c.connection, due ? c.will : null));
                c.will = null;
            }
            if (!present) {
                will(c);
                end(c);
                c = null;
            }
        }
        if (c == null) {
            c = new Client();
            c.id = op.clientId();
            c.ordinal = ++ordinals;
            c.persistent = op.expirySeconds() > 0;
            clients.put(c.id, c);
        }
        c.connection = op.connection();
        c.epoch = newEpoch;
        c.expiry = op.expirySeconds();
        c.expiresAt = NEVER;
        c.will = op.will();
        c.willAt = NEVER;
        c.window = op.window();
        for (Out out : c.inflight) {
            out.sentHere = false;
            out.dup = !out.pubrel;
        }
        drain(c);
        return "attached " + present + " " + c.persistent;
    }

    private @Nullable Client current(String id, long epoch) {
        Client c = clients.get(id);
        return c != null && c.connection != null && c.epoch == epoch ? c : null;
    }

    private void disconnect(Client c) {
        c.connection = null;
        if (!c.persistent || c.expiry == 0) {
            will(c);
            end(c);
            return;
        }
        c.expiresAt = c.expiry == ShardDriver.NEVER_EXPIRES ? NEVER : now + c.expiry * 1_000;
        if (c.will != null) {
            long delay = Math.min(c.will.delaySeconds(), c.expiry);
            if (delay == 0) {
                will(c);
            } else {
                c.willAt = now + delay * 1_000;
            }
        }
    }

    private void will(Client c) {
        if (c.will != null) {
            published.add(ShardDriver.text(c.will.message()));
            c.will = null;
        }
    }

    private void end(Client c) {
        clients.remove(c.id);
        forgetEmptyGroups();
        c.inflight.sort(Comparator.comparingLong(o -> o.order));
        for (Out out : c.inflight) {
            if (!out.pubrel) {
                leave(out, out.qos == 1);
            }
        }
        c.queue.list.forEach(out -> leave(out, true));
    }

    private void leave(Out out, boolean movable) {
        if (movable && out.group != null && out.expiresAt > now) {
            passedOn.add(out.text);
        } else {
            sums.dropped++;
        }
    }

    private String subscribe(ShardOp.Subscribe op) {
        Client c = current(op.clientId(), op.epoch());
        if (c == null) {
            return "stale";
        }
        if (!c.persistent) {
            return "refused " + 0x82;
        }
        List<Boolean> existed = new ArrayList<>();
        for (Subscription subscription : op.subscriptions()) {
            existed.add(c.subscriptions.put(subscription.filter().value(), subscription) != null);
        }
        return existed.toString();
    }

    private String publish(ShardOp.Publish op) {
        sums.taken = 0;
        sums.rejected = 0;
        for (Client c : List.copyOf(clients.values())) {
            int qos = -1;
            for (Subscription s : c.subscriptions.values()) {
                boolean own = s.noLocal() && c.id.equals(op.message().publisher());
                if (op.plain()
                        && !s.filter().isShared()
                        && s.filter().matches(op.message().topic())
                        && !own) {
                    qos = Math.max(qos, s.qos().value());
                }
            }
            if (qos >= 0) {
                offer(c, op.message(), Math.min(qos, op.message().qos().value()), null);
            }
        }
        for (TopicFilter group : op.groups()) {
            List<Client> members = members(group.value());
            if (members.isEmpty()) {
                passedOn.add(ShardDriver.text(op.message()));
                continue;
            }
            List<Client> online =
                    members.stream().filter(c -> c.connection != null).toList();
            List<Client> from = online.isEmpty() ? members : online;
            int turn = turns.merge(group.value(), 1, Integer::sum) - 1;
            Client c = from.get(turn % from.size());
            Subscription s = c.subscriptions.get(group.value());
            int granted = s == null ? 0 : s.qos().value();
            offer(c, op.message(), Math.min(granted, op.message().qos().value()), group.value());
        }
        return "taken " + sums.taken + ", rejected " + sums.rejected;
    }

    List<Client> members(String filter) {
        return clients.values().stream()
                .filter(c -> c.subscriptions.containsKey(filter))
                .sorted(Comparator.comparingLong(c -> c.ordinal))
                .toList();
    }

    private void forgetEmptyGroups() {
        turns.keySet().removeIf(group -> members(group).isEmpty());
    }

    private void offer(Client c, Message message, int qos, @Nullable String group) {
        Out out = new Out();
        out.text = ShardDriver.text(message);
        out.qos = qos;
        out.expiresAt = message.expiresAt();
        out.group = group;
        boolean behind = c.queue.list.stream().anyMatch(o -> o.qos == 0);
        if (out.expiresAt <= now || (qos == 0 && c.connection == null && !limits.queueQos0())) {
            sums.dropped++;
        } else if (qos == 0 && c.connection != null && !behind) {
            sums.taken++;
            foretell(c, out);
        } else if (qos > 0
                && c.connection != null
                && c.queue.list.isEmpty()
                && c.inflight.size() < c.window
                && c.inflight.stream().allMatch(o -> o.sentHere)) {
            sums.taken++;
            send(c, out);
        } else {
            boolean warned = c.queue.warned;
            c.queue.add(out, limits, sums);
            warn(c, warned);
        }
    }

    private void warn(Client c, boolean warnedBefore) {
        if (c.queue.warned && !warnedBefore) {
            nearlyFull.add(c.id);
        }
    }

    private String acknowledge(ShardOp.Acknowledge op) {
        Client c = current(op.clientId(), op.epoch());
        if (c == null) {
            return "stale";
        }
        Out out = c.inflight.stream()
                .filter(o -> o.packetId == op.packetId())
                .findFirst()
                .orElse(null);
        if (out == null) {
            return "refused " + 0x92;
        }
        boolean right = switch (op.kind()) {
            case PUBACK -> out.qos == 1;
            case PUBREC -> out.qos == 2 && !(out.pubrel && op.reasonCode() >= 0x80);
            case PUBCOMP -> out.pubrel;
        };
        if (!right) {
            return "refused " + 0x82;
        }
        if (op.kind() != ShardOp.Acknowledge.Kind.PUBREC || op.reasonCode() >= 0x80) {
            c.inflight.remove(out);
        } else if (!out.pubrel) {
            out.pubrel = true;
            out.dup = false;
            out.order = ++orders;
        }
        drain(c);
        return "ok";
    }

    private void drain(Client c) {
        if (c.connection == null) {
            return;
        }
        c.inflight.sort(Comparator.<Out>comparingInt(o -> o.pubrel ? 0 : 1).thenComparingLong(o -> o.order));
        for (Out out : List.copyOf(c.inflight)) {
            long open = c.inflight.stream().filter(o -> o.sentHere).count();
            if (!out.sentHere && (out.pubrel || open < c.window)) {
                foretell(c, out);
            }
        }
        boolean allSent = c.inflight.stream().allMatch(o -> o.sentHere);
        while (allSent && !c.queue.list.isEmpty()) {
            Out next = c.queue.list.getFirst();
            if (next.expiresAt <= now) {
                c.queue.removeFirst(limits);
                sums.dropped++;
            } else if (next.qos == 0) {
                foretell(c, c.queue.removeFirst(limits));
            } else if (c.inflight.size() >= c.window) {
                return;
            } else {
                send(c, c.queue.removeFirst(limits));
            }
        }
    }

    private void send(Client c, Out out) {
        out.order = ++orders;
        c.inflight.add(out);
        foretell(c, out);
    }

    private void foretell(Client c, Out out) {
        out.sentHere = true;
        out.sentAt = ++orders;
        again(c, out);
    }

    private void again(Client c, Out out) {
        if (c.connection != null) {
            // Copied: what is said of it holds at this moment, while the rest of the batch may change it.
            Out then = new Out();
            then.text = out.text;
            then.qos = out.qos;
            then.dup = out.dup;
            then.pubrel = out.pubrel;
            then.packetId = out.packetId;
            deliveries.add(new Foretold(c, c.connection, c.epoch, then));
        }
    }

    /** The packet id that the real one gave to a message that was sent for the first time. */
    void learn(Client client, String text, int packetId) {
        for (Out out : client.inflight) {
            if (out.text.equals(text) && out.packetId == 0) {
                out.packetId = packetId;
                return;
            }
        }
    }
}
