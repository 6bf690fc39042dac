package io.lacewing.cluster.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The conversations with all other nodes: each message arrives exactly once and in order while both incarnations live.
 *
 * <p>A peer is an incarnation that the view has, or that spoke to this node before the view had it (<i>provisional</i>:
 * until the view has it, or it is silent for some time). An incarnation that has left never returns: whoever was thought
 * dead comes back under a new one. So whoever is gone stays gone, its frames are ignored, and what was or will be sent to
 * it counts at once as taken.
 *
 * <p>An acknowledgement says that this core has <i>acted</i>. So {@link #flush} must come last in a turn, after every
 * other part has said what follows from the messages that {@link #receive} returned.
 */
final class Links {
    private final long self;
    private final LinkSettings settings;
    private final Effects effects;
    private final SteadyTime time = new SteadyTime();
    private final Departed departed;
    private final TreeMap<Long, Link> links = new TreeMap<>();
    private final SortedSet<Long> provisional = new TreeSet<>();
    private List<Token> completed = new ArrayList<>();

    Links(long self, LinkSettings settings, Effects effects) {
        this.self = self;
        this.settings = settings;
        this.effects = effects;
        this.departed = new Departed(settings.departed());
    }

    /** Members become peers; whoever was a member and is none any more is gone. */
    void viewChanged(View view) {
        for (View.Member member : view.members()) {
            long incarnation = member.incarnation();
            provisional.remove(incarnation);
            if (incarnation != self && !departed.has(incarnation)) {
                links.computeIfAbsent(incarnation, this::open);
            }
        }
        for (Long peer : List.copyOf(links.keySet())) {
            if (!view.has(peer) && !provisional.contains(peer)) {
                depart(peer);
            }
        }
    }

    private Link open(Long peer) {
        return new Link(self, peer, settings, time.millis());
    }

    private void depart(Long peer) {
        departed.add(peer);
        provisional.remove(peer);
        Link link = links.remove(peer);
        if (link != null) {
            link.abandon(completed);
        }
    }

    /**
     * Sends a message; it leaves with {@link #flush} or when the window opens.
     *
     * @param token comes back by {@link #takeCompleted} when the peer has acted on the message or is gone; at once if it is
     *     no peer
     */
    void send(long to, NodeMessage message, @Nullable Token token) {
        Link link = links.get(to);
        if (link != null) {
            link.send(message, token);
        } else if (token != null) {
            completed.add(token);
        }
    }

    /** For each peer that has not taken all that was sent to it the number of the last message. */
    Map<Long, Long> untaken() {
        Map<Long, Long> numbers = new TreeMap<>();
        links.forEach((peer, link) -> {
            if (link.untaken() > 0) {
                numbers.put(peer, link.untaken());
            }
        });
        return numbers;
    }

    /** True if a peer has taken the message of this number and all before, or is gone. */
    boolean hasTaken(long peer, long number) {
        Link link = links.get(peer);
        return link == null || link.hasTaken(number);
    }

    /**
     * Takes a frame.
     *
     * @return the messages to act upon, in order; none if the frame is not for this incarnation, from one that is gone, a
     *     repetition or out of order
     */
    List<NodeMessage> receive(Frame frame) {
        long from = frame.from();
        if (frame.to() != self || from == self || departed.has(from)) {
            return List.of();
        }
        Link link = links.get(from);
        if (link == null) {
            // Only the beginning of a conversation makes a stranger known, not what is left of one.
            if (frame.first() != 1 || frame.messages().isEmpty() || provisional.size() >= settings.provisionals()) {
                return List.of();
            }
            link = open(from);
            links.put(from, link);
            provisional.add(from);
        }
        return link.receive(frame, completed, time.millis());
    }

    /** Time passes: repeats what is unanswered, gives up strangers that fell silent. */
    void tick(long now) {
        time.advance(now);
        for (Link link : links.values()) {
            link.tick(time.millis());
        }
        for (Long peer : List.copyOf(provisional)) {
            Link link = links.get(peer);
            if (link != null && time.millis() - link.heardAt() >= settings.provisionalMillis()) {
                depart(peer);
            }
        }
    }

    /** Emits the frames of this turn. Last in a turn. */
    void flush() {
        for (Link link : links.values()) {
            link.flush(effects, time.millis());
        }
    }

    /**
     * The tokens that are done since the last call, in order. What is done on their account may complete others at once:
     * call again until none come.
     */
    List<Token> takeCompleted() {
        if (completed.isEmpty()) {
            return List.of();
        }
        List<Token> taken = completed;
        completed = new ArrayList<>();
        return taken;
    }

    /** All peers, ascending; provisional ones too. */
    SortedSet<Long> peers() {
        return Collections.unmodifiableSortedSet(links.navigableKeySet());
    }

    /** True if frames to this incarnation have a chance to arrive. */
    boolean isPeer(long incarnation) {
        return links.containsKey(incarnation);
    }

    /** True if this incarnation is known to be gone for good. */
    boolean isDeparted(long incarnation) {
        return departed.has(incarnation);
    }

    /** Bytes queued for or on their way to a peer; 0 if it is none. */
    long backlog(long to) {
        Link link = links.get(to);
        return link == null ? 0 : link.backlogBytes();
    }

    /** True if so much waits for this peer that what may be dropped should be. */
    boolean isOverloaded(long to) {
        return backlog(to) >= settings.backlogBytes();
    }
}
