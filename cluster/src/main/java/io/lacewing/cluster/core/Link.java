package io.lacewing.cluster.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One end of the conversation with one incarnation of another node. Frames may be lost, repeated, late and out of order;
 * messages are not.
 *
 * <p>Both directions are numbered from 1. The receiver takes only the next message and drops the rest of a frame that
 * lies beyond a gap (go-back-n: gaps are rare on a TCP connection, and a receiver without a buffer has nothing to bound).
 * Acknowledgements are cumulative and ride on every frame. After a silence the sender goes back to the first
 * unacknowledged message, with a window of one frame that doubles with every progress: a peer that is only slow is not
 * drowned in repetitions. It goes back at once when it hears the peer for the first time: what was sent before the peer
 * listened is lost.
 */
final class Link {
    private static final int SMALLEST_RING = 64;

    /** A message that is not acknowledged. */
    private record Pending(
            NodeMessage message, int size, @Nullable Token token) {}

    private final long self;
    private final long peer;
    private final LinkSettings settings;

    /** The messages {@code base} to {@code last}, each at its number modulo the length, a power of two. */
    private @Nullable Pending[] ring = new @Nullable Pending[SMALLEST_RING];

    private long base = 1;
    private long last;
    /** The next to put into a frame; goes back when messages must be repeated. */
    private long next = 1;
    /** The highest ever put into a frame: more can't be acknowledged. */
    private long highest;

    private long backlogBytes;
    private long flightBytes;
    private long window;
    private long silence;
    private long waitingSince;

    private long received;
    private boolean acknowledgementDue;
    private long heardAt;

    Link(long self, long peer, LinkSettings settings, long time) {
        this.self = self;
        this.peer = peer;
        this.settings = settings;
        this.window = settings.windowBytes();
        this.silence = settings.resendMillis();
        this.heardAt = time;
    }

    /** Queues a message behind all others; {@code token} comes back when it was taken. */
    void send(NodeMessage message, @Nullable Token token) {
        if (last - base + 1 == ring.length) {
            resize(ring.length * 2);
        }
        last++;
        Pending pending = new Pending(message, MessageSize.of(message), token);
        ring[slot(last)] = pending;
        backlogBytes += pending.size();
    }

    /** The number of the last message sent; 0 if the peer has taken all. */
    long untaken() {
        return base > last ? 0 : last;
    }

    /** True if the peer has taken the message of this number and all before. */
    boolean hasTaken(long number) {
        return number < base;
    }

    /**
     * Takes a frame of this peer.
     *
     * @param completed gets the tokens of what the peer has taken
     * @param time steady milliseconds
     * @return the messages to act upon, each once and in order; they count as acted upon from the next {@link #flush} on
     */
    List<NodeMessage> receive(Frame frame, List<Token> completed, long time) {
        heardAt = time;
        acknowledged(frame.acknowledged(), completed, time);
        List<NodeMessage> messages = frame.messages();
        if (messages.isEmpty()) {
            return messages;
        }
        acknowledgementDue = true;
        if (received == 0 && frame.first() == 1 && next > base) {
            goBack(time);
            silence = settings.resendMillis();
        }
        long skip = received + 1 - frame.first();
        if (skip < 0 || skip >= messages.size()) {
            return List.of();
        }
        received += messages.size() - skip;
        return skip == 0 ? messages : messages.subList((int) skip, messages.size());
    }

    private void acknowledged(long number, List<Token> completed, long time) {
        if (number < base || number > highest) {
            return;
        }
        while (base <= number) {
            Pending pending = take(base, completed);
            if (base < next) {
                flightBytes -= pending.size();
            }
            base++;
        }
        next = Math.max(next, base);
        window = Math.min(window * 2, settings.windowBytes());
        silence = settings.resendMillis();
        waitingSince = time;
        if (base > last && ring.length > SMALLEST_RING) {
            resize(SMALLEST_RING);
        }
    }

    private Pending take(long number, List<Token> completed) {
        Pending pending = at(number);
        ring[slot(number)] = null;
        backlogBytes -= pending.size();
        Token token = pending.token();
        if (token != null) {
            completed.add(token);
        }
        return pending;
    }

    /** Goes back to the first unacknowledged message if the peer has been silent for too long. */
    void tick(long time) {
        if (next == base || time - waitingSince < silence) {
            return;
        }
        goBack(time);
        silence = Math.min(silence * 2, settings.resendMaxMillis());
    }

    private void goBack(long time) {
        next = base;
        flightBytes = 0;
        window = settings.frameBytes();
        waitingSince = time;
    }

    /** Puts what may go now into frames; an acknowledgement alone if there is nothing else. */
    void flush(Effects effects, long time) {
        while (mayGo()) {
            if (next == base) {
                waitingSince = time;
            }
            effects.add(new Effect.Send(frame()));
        }
        if (acknowledgementDue) {
            acknowledgementDue = false;
            effects.add(new Effect.Send(new Frame(self, peer, next, received, List.of())));
        }
    }

    private boolean mayGo() {
        return next <= last
                && (next == base
                        || (next - base < settings.windowMessages() && flightBytes + at(next).size() <= window));
    }

    private Frame frame() {
        long first = next;
        List<NodeMessage> messages = new ArrayList<>();
        long bytes = 0;
        do {
            Pending pending = at(next);
            messages.add(pending.message());
            bytes += pending.size();
            flightBytes += pending.size();
            next++;
        } while (messages.size() < settings.frameMessages()
                && mayGo()
                && bytes + at(next).size() <= settings.frameBytes());
        highest = Math.max(highest, next - 1);
        acknowledgementDue = false;
        return new Frame(self, peer, first, received, messages);
    }

    /** The peer is gone: hands back the tokens of all that it did not take, in order. */
    void abandon(List<Token> completed) {
        while (base <= last) {
            take(base, completed);
            base++;
        }
    }

    /** Bytes that the peer has not acknowledged, sent or not. */
    long backlogBytes() {
        return backlogBytes;
    }

    /** When a frame of the peer last came, steady milliseconds. */
    long heardAt() {
        return heardAt;
    }

    private int slot(long number) {
        return (int) number & (ring.length - 1);
    }

    private Pending at(long number) {
        Pending pending = ring[slot(number)];
        if (pending == null) {
            throw new IllegalStateException("no message " + number + " between " + base + " and " + last);
        }
        return pending;
    }

    private void resize(int length) {
        @Nullable Pending[] resized = new @Nullable Pending[length];
        for (long number = base; number <= last; number++) {
            resized[(int) number & (length - 1)] = ring[slot(number)];
        }
        ring = resized;
    }
}
