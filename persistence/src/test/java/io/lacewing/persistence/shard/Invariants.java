package io.lacewing.persistence.shard;

import io.lacewing.persistence.shard.Batch.NumberedOp;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What must hold of a shard whatever it is asked, seen from outside: from the batches that it is given and what comes
 * out of them. Knows nothing of how a shard works; each breach is named.
 */
final class Invariants {
    /** A named invariant does not hold. */
    static final class Broken extends AssertionError {
        private static final long serialVersionUID = 1L;
        final String name;

        Broken(String name, String what) {
            super(name + ": " + what);
            this.name = name;
        }
    }

    /** What is known of a session. */
    private static final class Flow {
        final Map<Integer, String> inflight = new HashMap<>();
        /** By packet id the batch in which PUBREC came. */
        final Map<Integer, Long> acknowledged = new HashMap<>();

        final Map<String, Integer> lastOfPublisher = new HashMap<>();
        final Set<String> exactlyOnce = new HashSet<>();
    }

    /** What is known of one connection. */
    private record Connection(String client, Flow flow, Map<Long, Delivery> deliveries) {
        /** They are numbered from 1 without gaps. */
        long lastNumber() {
            return deliveries.size();
        }
    }

    private final Map<Long, Connection> connections = new HashMap<>();
    private final Map<String, Long> current = new HashMap<>();
    private final Map<String, Long> delivered = new HashMap<>();
    private final Set<String> answered = new HashSet<>();
    private final Set<String> owedMessages = new HashSet<>();
    private final Map<Long, Owed> outbox = new TreeMap<>();
    private final Set<Long> awaited = new HashSet<>();
    /** What ended in this batch: out of sight once its deliveries have been seen, as some may have come before. */
    private final List<Runnable> ends = new ArrayList<>();

    /** The gives that this batch's picks make owed. */
    private final List<String> picked = new ArrayList<>();

    private long sequence;
    private long lastEpoch;
    private long lastOwed;

    /** A batch and what came of it. */
    void saw(Batch batch, Applied applied) {
        sequence = batch.sequence();
        Map<String, Long> before = Map.copyOf(current);
        boolean redelivers = false;
        Iterator<Applied.Answer> answers = applied.answers().iterator();
        for (NumberedOp op : batch.ops()) {
            redelivers |= op.op() instanceof ShardOp.Redeliver;
            if (op.op() instanceof ShardOp.Done done) {
                done.outboxIds().stream()
                        .filter(id -> !(outbox.get(id) instanceof Owed.Close))
                        .forEach(outbox::remove);
            }
            if (op.op() instanceof ShardOp.Pick pick) {
                sawPick(pick);
            }
            boolean numbered = !op.origin().equals(Origin.OWNER);
            if (numbered && answers.next() instanceof Applied.Answer.Result result) {
                awaited.addAll(result.result().awaits());
                if (answered.add(op.origin() + "/" + op.number())) {
                    sawOp(op.op(), result.result());
                }
            }
        }
        owed(batch, applied);
        for (Delivery delivery : applied.deliveries()) {
            Connection connection = connections.get(delivery.epoch());
            long notBefore = Math.max(
                    before.getOrDefault(delivery.clientId(), 0L), delivered.getOrDefault(delivery.clientId(), 0L));
            if (connection == null || !connection.client.equals(delivery.clientId()) || delivery.epoch() < notBefore) {
                throw new Broken("one attached epoch", delivery + " after " + notBefore);
            }
            delivered.put(delivery.clientId(), delivery.epoch());
            if (redelivers && connection.deliveries.containsKey(delivery.number())) {
                repeated(connection, delivery);
            } else {
                first(connection, delivery);
            }
        }
        ends.forEach(Runnable::run);
        ends.clear();
    }

    /** What was owed to whom it may concern is owed to those that were picked, and cannot be picked again. */
    private void sawPick(ShardOp.Pick pick) {
        Message message = switch (outbox.get(pick.outboxId())) {
            case Owed.Publish publish when !publish.picked() -> publish.message();
            case Owed.PassOn passOn -> passOn.message();
            case null, default -> null;
        };
        if (message == null) {
            return;
        }
        if (outbox.remove(pick.outboxId()) instanceof Owed.Publish) {
            outbox.put(pick.outboxId(), new Owed.Publish(pick.outboxId(), message, true));
        }
        for (ShardOp.Pick.Choice choice : pick.choices()) {
            picked.add(choice.group() + " " + choice.to() + " " + ShardDriver.text(message));
        }
    }

    private void sawOp(ShardOp op, OpResult result) {
        if (op instanceof ShardOp.Attach attach && result instanceof OpResult.Attached attached) {
            holds("attach epochs grow", attached.epoch() > lastEpoch, () -> attached + " after " + lastEpoch);
            lastEpoch = attached.epoch();
            Long older = current.put(attach.clientId(), lastEpoch);
            Connection last = older == null ? null : connections.get(older);
            Flow flow = attached.sessionPresent() && last != null ? last.flow : new Flow();
            connections.put(lastEpoch, new Connection(attach.clientId(), flow, new TreeMap<>()));
        }
        Connection connection = op instanceof ShardOp.Acknowledge ack ? connections.get(ack.epoch()) : null;
        if (connection != null && op instanceof ShardOp.Acknowledge ack && result instanceof OpResult.Ok) {
            boolean ended = ack.kind() != ShardOp.Acknowledge.Kind.PUBREC || ack.reasonCode() >= 0x80;
            if (ended) {
                ends.add(() -> {
                    connection.flow.inflight.remove(ack.packetId());
                    connection.flow.acknowledged.remove(ack.packetId());
                });
            } else {
                connection.flow.acknowledged.putIfAbsent(ack.packetId(), sequence);
            }
        }
    }

    private void owed(Batch batch, Applied applied) {
        boolean takeOver = batch.ops().getFirst().op() instanceof ShardOp.TakeOver;
        for (long id : applied.settled()) {
            holds("only closes settle", !outbox.containsKey(id) || outbox.get(id) instanceof Owed.Close, () -> "" + id);
            outbox.remove(id);
        }
        Map<Long, Owed> listed = new TreeMap<>();
        for (Owed owed : applied.owed()) {
            listed.put(owed.id(), owed);
            if (owed.id() <= lastOwed) {
                holds("outbox ids never return", takeOver && outbox.containsKey(owed.id()), owed::toString);
                continue;
            }
            if (owed instanceof Owed.Publish publish) {
                String text = ShardDriver.text(publish.message());
                holds("published once", owedMessages.add(text), () -> text);
            }
            if (owed instanceof Owed.Give give) {
                String what = give.group() + " " + give.to() + " " + ShardDriver.text(give.message());
                holds("given where it was picked", picked.remove(what), () -> what + " instead of " + picked);
            }
            if (owed instanceof Owed.Route route) {
                outbox.values()
                        .removeIf(o -> o instanceof Owed.Route r && r.filter().equals(route.filter()));
            }
            outbox.put(owed.id(), owed);
            lastOwed = owed.id();
        }
        holds("what was picked is owed", picked.isEmpty(), picked::toString);
        holds(
                "a take-over lists the whole outbox",
                !takeOver || listed.keySet().equals(outbox.keySet()),
                () -> listed.keySet() + " of " + outbox.keySet());
    }

    private static void repeated(Connection connection, Delivery delivery) {
        Delivery before = connection.deliveries.get(delivery.number());
        boolean same = delivery instanceof Delivery.Pubrel pubrel
                ? before != null && pubrel.packetId() == packetId(before)
                : delivery.toString()
                        .replaceAll("\\[B@[0-9a-f]+", "")
                        .equals(String.valueOf(before).replaceAll("\\[B@[0-9a-f]+", ""));
        holds("a repeated delivery is the same", same, () -> delivery + " was " + before);
    }

    private static int packetId(Delivery delivery) {
        return switch (delivery) {
            case Delivery.Publish publish -> publish.packetId();
            case Delivery.Pubrel pubrel -> pubrel.packetId();
        };
    }

    private void first(Connection connection, Delivery delivery) {
        Flow flow = connection.flow;
        if (delivery.number() != 0) {
            long last = connection.lastNumber();
            holds(
                    "deliveries are numbered without gaps",
                    delivery.number() == last + 1,
                    () -> delivery + " after " + last);
            connection.deliveries.put(delivery.number(), delivery);
        }
        if (!(delivery instanceof Delivery.Publish publish)) {
            holds("PUBREL after PUBREC", flow.acknowledged.containsKey(packetId(delivery)), delivery::toString);
            return;
        }
        if (publish.qos() == Qos.AT_MOST_ONCE) {
            return;
        }
        String text = ShardDriver.text(publish.message());
        int id = publish.packetId();
        if (publish.dup()) {
            holds("sent again under its packet id", text.equals(flow.inflight.get(id)), publish::toString);
            boolean before = flow.acknowledged.getOrDefault(id, Long.MAX_VALUE) < sequence;
            holds("no PUBLISH after PUBREL", !before, publish::toString);
            return;
        }
        holds("no packet id twice in flight", flow.inflight.putIfAbsent(id, text) == null, publish::toString);
        if (!text.startsWith("shared")) {
            boolean twice = publish.qos() == Qos.EXACTLY_ONCE && !flow.exactlyOnce.add(text);
            holds("exactly once", !twice, publish::toString);
            inOrder(flow, publish, text);
        }
    }

    /** Texts end in a number that grows with each message of a publisher. */
    private static void inOrder(Flow flow, Delivery.Publish publish, String text) {
        int number = Integer.parseInt(text.substring(text.lastIndexOf('-') + 1));
        String from = publish.message().publisher() + "/" + publish.qos();
        Integer before = flow.lastOfPublisher.put(from, number);
        holds("order of a publisher", before == null || before < number, () -> text + " after " + before);
    }

    /** Nothing is owed any more: so nothing may be awaited. */
    void settled(Set<Long> stillOwed) {
        for (long id : awaited) {
            holds("what is awaited gets done", !stillOwed.contains(id), () -> "outbox id " + id);
        }
        holds(
                "the outbox is known",
                stillOwed.isEmpty() || outbox.keySet().containsAll(stillOwed),
                () -> stillOwed + " of " + outbox.keySet());
    }

    static void holds(String name, boolean condition, Supplier<String> what) {
        if (!condition) {
            throw new Broken(name, what.get());
        }
    }
}
