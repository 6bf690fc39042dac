package io.lacewing.cluster.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;

/**
 * Nodes that talk over {@link Links}, a network that loses, repeats, delays and reorders, and nodes that die and return
 * under another incarnation; all from a seed. Every violation is an {@link AssertionError} that names the invariant.
 */
final class LinksSimulation {
    /** Something broken on purpose, to see that it is noticed. */
    enum Fault {
        NONE,
        /** A node acknowledges what it has not acted upon. */
        ACTS_LATER,
        /** A node leaves out a message. */
        SKIPS_ONE,
        /** A node acts on a message twice. */
        REPEATS_ONE,
        /** The network says that one more was taken. */
        FORGES_ACKNOWLEDGEMENTS,
        /** The network delivers to a node that returned what was meant for the one that died. */
        MIXES_UP_INCARNATIONS
    }

    static final LinkSettings SMALL = new LinkSettings(300, 4, 1_000, 8, 5_000, 300, 2_000, 10_000, 8, 16);

    private record InFlight(long at, long order, Frame frame) {}

    private record Sent(long to, long sequence) {}

    /** One incarnation. */
    private final class Node {
        private final long incarnation;
        private final Effects effects = new Effects();
        private final Links links;
        private final Map<Long, Long> sent = new HashMap<>();
        private final Map<Long, Long> acted = new HashMap<>();
        private final Map<Long, Long> returned = new HashMap<>();
        private final TreeMap<Long, Sent> waiting = new TreeMap<>();
        private final ArrayDeque<Map.Entry<Long, List<NodeMessage>>> undone = new ArrayDeque<>();
        private final ArrayDeque<View> views = new ArrayDeque<>();
        private long tickAt;

        Node(long incarnation) {
            this.incarnation = incarnation;
            this.links = new Links(incarnation, SMALL, effects);
        }

        void say(long to, int length) {
            long sequence = sent.merge(to, 1L, Long::sum);
            long id = ++lastToken;
            waiting.put(id, new Sent(to, sequence));
            links.send(to, new NodeMessage.Hello(sequence + ":" + "x".repeat(length)), new Token.PublishPart(id));
        }

        void receive(Frame frame) {
            List<NodeMessage> messages = links.receive(frame);
            if (fault == Fault.ACTS_LATER) {
                undone.add(Map.entry(frame.from(), messages));
                return;
            }
            for (NodeMessage message : messages) {
                if (fault == Fault.SKIPS_ONE && random.nextInt(20) == 0) {
                    continue;
                }
                act(frame.from(), message);
                if (fault == Fault.REPEATS_ONE && random.nextInt(20) == 0) {
                    act(frame.from(), message);
                }
            }
        }

        void act(long from, NodeMessage message) {
            String text = ((NodeMessage.Hello) message).nodeId();
            long sequence = Long.parseLong(text.substring(0, text.indexOf(':')));
            long expected = acted.merge(from, 1L, Long::sum);
            check(sequence == expected, "exactly once and in order: got " + sequence + " instead of " + expected);
            actions++;
        }

        void endOfTurn() {
            for (List<Token> done = links.takeCompleted(); !done.isEmpty(); done = links.takeCompleted()) {
                done.forEach(this::back);
            }
            links.flush();
            for (Effect effect : effects.drain()) {
                leave(((Effect.Send) effect).frame());
            }
        }

        private void back(Token token) {
            Sent message = waiting.remove(((Token.PublishPart) token).publish());
            if (message == null) {
                throw new AssertionError("a token comes back once");
            }
            returned.merge(message.to(), 1L, Long::sum);
            Node peer = everyone.get(message.to());
            check(
                    links.isDeparted(message.to())
                            || (peer != null && peer.acted.getOrDefault(incarnation, 0L) >= message.sequence()),
                    "taken means acted upon");
        }

        private void leave(Frame frame) {
            int count = frame.messages().size();
            check(count <= SMALL.frameMessages(), "a frame holds so many messages");
            long size = 0;
            for (NodeMessage message : frame.messages()) {
                size += MessageSize.of(message);
            }
            check(count == 1 || size <= SMALL.frameBytes(), "a frame is so large");
            long inFlight = frame.first() + count - 1 - returned.getOrDefault(frame.to(), 0L);
            check(count == 0 || inFlight <= SMALL.windowMessages(), "the window holds so many messages");
            network(frame);
        }
    }

    private final Random random;
    private final Fault fault;
    /** Those that died too, for what they had done. */
    private final Map<Long, Node> everyone = new HashMap<>();

    private final TreeMap<Long, Node> alive = new TreeMap<>();
    private final PriorityQueue<InFlight> inFlight = new PriorityQueue<>(
            (a, b) -> a.at() != b.at() ? Long.compare(a.at(), b.at()) : Long.compare(a.order(), b.order()));
    private long now = 1_000_000;
    private long lastToken;
    private long lastIncarnation = 100;
    private long lastFrame;
    private long actions;
    private int vice;

    LinksSimulation(long seed, Fault fault) {
        this.random = new Random(seed);
        this.fault = fault;
        int nodes = 2 + random.nextInt(3);
        for (int i = 0; i < nodes; i++) {
            start();
        }
    }

    /** Runs {@code steps} with vices, then until it is quiet, and checks that nothing is left. Returns what was done. */
    long run(int steps) {
        for (int i = 0; i < steps; i++) {
            if (i % 500 == 0) {
                vice = random.nextInt(4);
            }
            step();
        }
        vice = 0;
        for (int i = 0; i < 3_000; i++) {
            passTime(20);
        }
        for (Node node : alive.values()) {
            checkQuiet(node);
        }
        return actions;
    }

    private void checkQuiet(Node node) {
        check(node.waiting.isEmpty(), "all tokens come back: " + node.waiting.size() + " did not");
        for (Node peer : alive.values()) {
            if (peer != node) {
                check(node.links.backlog(peer.incarnation) == 0, "no backlog is left");
                check(
                        node.sent
                                .getOrDefault(peer.incarnation, 0L)
                                .equals(peer.acted.getOrDefault(node.incarnation, 0L)),
                        "all that was sent arrives");
            }
        }
        check(node.links.peers().size() == alive.size() - 1, "links only to those alive");
    }

    private void step() {
        int what = random.nextInt(1000);
        if (what < 2 && alive.size() > 1) {
            die();
        } else if (what < 4 && alive.size() < 5) {
            start();
        } else if (what < 500) {
            talk();
        } else {
            passTime(random.nextInt(20));
        }
    }

    private void talk() {
        Node node = any();
        List<Long> peers = new ArrayList<>(node.links.peers());
        int burst = random.nextInt(20) == 0 ? 60 : 1 + random.nextInt(3);
        for (int i = 0; i < burst && !peers.isEmpty(); i++) {
            node.say(peers.get(random.nextInt(peers.size())), random.nextInt(10) == 0 ? 2_000 : random.nextInt(100));
        }
        node.endOfTurn();
    }

    private Node any() {
        return new ArrayList<>(alive.values()).get(random.nextInt(alive.size()));
    }

    private void start() {
        Node node = new Node(++lastIncarnation);
        alive.put(node.incarnation, node);
        everyone.put(node.incarnation, node);
        node.tickAt = now;
        membershipChanged();
        node.links.viewChanged(node.views.remove());
        // It speaks before the others know it.
        for (long peer : List.copyOf(node.links.peers())) {
            node.say(peer, 10);
        }
        node.endOfTurn();
    }

    private void die() {
        alive.remove(any().incarnation);
        membershipChanged();
    }

    private void membershipChanged() {
        List<View.Member> members =
                alive.keySet().stream().map(each -> new View.Member(each, "n")).toList();
        alive.values().forEach(node -> node.views.add(new View(members, List.of())));
    }

    private void passTime(long millis) {
        now += millis;
        while (!inFlight.isEmpty() && inFlight.element().at() <= now) {
            Frame frame = inFlight.remove().frame();
            Node node = alive.get(frame.to());
            if (node != null) {
                node.receive(frame);
                node.endOfTurn();
            }
        }
        for (Node node : alive.values()) {
            if (!node.views.isEmpty() && (vice == 0 || random.nextInt(50) == 0)) {
                node.links.viewChanged(node.views.remove());
                node.endOfTurn();
            }
            if (now >= node.tickAt) {
                tick(node);
            }
        }
    }

    private void tick(Node node) {
        node.tickAt = now + 50;
        node.links.tick(now);
        while (!node.undone.isEmpty() && random.nextInt(3) == 0) {
            var late = node.undone.remove();
            late.getValue().forEach(message -> node.act(late.getKey(), message));
        }
        node.endOfTurn();
    }

    private void network(Frame frame) {
        if (vice >= 2 && random.nextInt(vice == 2 ? 10 : 2) == 0) {
            return;
        }
        deliver(frame);
        if (vice >= 1 && random.nextInt(10) == 0) {
            deliver(frame);
        }
    }

    private void deliver(Frame frame) {
        long delay = vice == 0 ? 1 : random.nextInt(vice * 200);
        inFlight.add(new InFlight(now + delay, ++lastFrame, tampered(frame)));
    }

    private Frame tampered(Frame frame) {
        if (fault == Fault.FORGES_ACKNOWLEDGEMENTS) {
            return new Frame(frame.from(), frame.to(), frame.first(), frame.acknowledged() + 1, frame.messages());
        }
        if (fault == Fault.MIXES_UP_INCARNATIONS && !alive.containsKey(frame.to())) {
            return new Frame(frame.from(), alive.lastKey(), frame.first(), frame.acknowledged(), frame.messages());
        }
        return frame;
    }

    private static void check(boolean holds, String invariant) {
        if (!holds) {
            throw new AssertionError(invariant);
        }
    }
}
