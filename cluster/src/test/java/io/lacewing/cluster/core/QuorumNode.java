package io.lacewing.cluster.core;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One process of a {@link QuorumSimulation}: links and quorum, a clock of its own, and the disk that outlives it. */
final class QuorumNode {
    /** What is on a node's disk, and what is on its way there. */
    static final class Disk {
        final String nodeId;
        NodeState state;
        /** The latest that was handed over and may not be there yet. */
        @Nullable
        NodeState underWay;

        Disk(String nodeId, long identity) {
            this.nodeId = nodeId;
            this.state = NodeState.of(identity);
        }
    }

    final View.Member self;
    final Disk disk;
    final Effects effects = new Effects();
    final Links links;
    final Quorum quorum;
    final TreeSet<Long> seen = new TreeSet<>();
    private final Now now = new Now();
    private final Post post;
    private final long offset;
    private final double rate;

    boolean alive = true;
    boolean rejoins;
    long frozenUntil;
    long checkedAt;
    long leaseUntil = Long.MIN_VALUE;

    @Nullable
    String missing = "nothing yet";
    /** What has come since the last turn. */
    final List<Runnable> inbox = new ArrayList<>();

    QuorumNode(long incarnation, Disk disk, CoreSettings.Cluster settings, long time, long offset, double rate) {
        this.self = new View.Member(incarnation, disk.nodeId, disk.state.identity());
        this.disk = disk;
        this.offset = offset;
        this.rate = rate;
        this.links = new Links(incarnation, LinkSettings.DEFAULTS, effects);
        this.post = new Post(incarnation, links);
        now.advance(time, clock(time));
        SelfState says = new SelfState();
        says.ready = true;
        this.quorum = new Quorum(self, settings, disk.state, now, post, says, effects);
    }

    /** What its monotonic clock says. */
    long clock(long time) {
        return offset + (long) (time * rate);
    }

    Voters voters() {
        return quorum.majority().voters();
    }

    void viewChanged(View view) {
        links.viewChanged(view);
        quorum.viewChanged(view);
    }

    void received(Frame frame) {
        for (NodeMessage message : links.receive(frame)) {
            receive(frame.from(), message);
        }
    }

    void receive(long from, NodeMessage message) {
        switch (message) {
            case NodeMessage.Pulse pulse -> quorum.receive(from, pulse);
            case NodeMessage.Echo echo -> quorum.receive(from, echo);
            case NodeMessage.GivenUp givenUp -> quorum.receive(from, givenUp);
            case NodeMessage.OfVoters ofVoters -> quorum.receive(from, ofVoters);
            default -> throw new AssertionError("not from a quorum: " + message);
        }
    }

    void tick() {
        links.tick(now.steady());
        quorum.tick();
    }

    /** One turn: what has come is handled, in order, at one time. */
    void turn(long time) {
        List<Runnable> inputs = List.copyOf(inbox);
        inbox.clear();
        for (Runnable input : inputs) {
            now.advance(time, clock(time));
            quorum.observe();
            input.run();
            settle();
        }
        now.advance(time, clock(time));
        quorum.observe();
        do {
            quorum.flush();
        } while (settle());
        quorum.tell();
        links.flush();
    }

    private boolean settle() {
        boolean any = false;
        for (Post.Local local = post.poll(); local != null; local = post.poll()) {
            any = true;
            receive(self.incarnation(), local.message());
        }
        return any;
    }
}
