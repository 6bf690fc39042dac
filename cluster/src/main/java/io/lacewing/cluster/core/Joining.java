package io.lacewing.cluster.core;

import io.lacewing.cluster.core.NodeMessage.Hello;
import io.lacewing.cluster.core.NodeMessage.Pulse;
import io.lacewing.cluster.core.NodeMessage.Ranges;
import io.lacewing.cluster.core.NodeMessage.Table;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How a node comes to hold the shared tables whole. It greets every member; when all have taken the greeting, and so send
 * it every change from then on and those under way, it reads the map, which has all that was done before. Whoever appears
 * meanwhile is greeted too, and the map read again.
 *
 * <pre>
 * OUTSIDE  - a view has this node -> GREETING
 * GREETING - all greetings are taken, the node has its lease, all members have spoken (and so told whom they have given
 *            up; whom this node gives up may be ready and counts for nothing), and either some member is ready: it <i>joins</i> it; or none is,
 *            and a majority of the voters is here: they <i>recover</i> together -> LOADING
 * LOADING  - the map was read -> SETTLING, or ASKING where it joins; -> GREETING if someone new was greeted meanwhile, or
 *            who was ready is gone
 * ASKING   - those who are ready have told what they have otherwise -> SETTLING; -> GREETING if they are gone
 * SETTLING - the rows of its own disk are told or forgotten ({@link OwnRows}), what it was told is on its disk, and, where
 *            they recover together, all members have told theirs -> READY
 *          - someone new was greeted -> GREETING
 * </pre>
 *
 * <p>The map may have lost something with the nodes that have just died, as after a split of which no part had a majority.
 * Whoever does not know a route acknowledges what it does not pass on, and whoever does not know that a lost shard ever was
 * makes it anew. So the nodes that are ready are asked themselves for what differs.
 *
 * <p>Who joins takes what the others have, and its own rows do not count: what was removed while it was away must not
 * return. Where none is ready, the rows of all count that were with the cluster when it stopped, within
 * {@link #FRESH}: everything that was acknowledged is on the disk of a majority of the voters, one of which is here. Tombstones
 * are kept for longer than that, so nothing that was removed returns.
 */
final class Joining {
    /** By how much, in milliseconds, a disk may be older than the newest. */
    static final long FRESH = 5 * 60_000;

    private static final Table LAST = Table.values()[Table.values().length - 1];

    private enum State {
        OUTSIDE,
        GREETING,
        LOADING,
        ASKING,
        SETTLING,
        READY
    }

    private enum Way {
        JOIN,
        RECOVER
    }

    private final TableNode node;
    private final TableSettings settings;
    private final Majority majority;
    private final Links links;
    private final RowKeeper keeper;
    private final Effects effects;

    private State state = State.OUTSIDE;
    private @Nullable Way way;
    private View view = new View(List.of(), List.of());
    private final TreeSet<Long> greeted = new TreeSet<>();
    private final TreeSet<Long> waiting = new TreeSet<>();
    /** Who is to tell what it has otherwise than the map, and whether somebody has. */
    private final TreeSet<Long> asked = new TreeSet<>();

    private boolean told;
    private boolean loadAgain;
    private boolean fresh;
    private long retryAt;
    private long retryPause;
    /** What was given to the disk until the own rows were done; -1 before. */
    private long given = -1;

    Joining(TableNode node, TableSettings settings, Majority majority, Links links, RowKeeper keeper, Effects effects) {
        this.node = node;
        this.settings = settings;
        this.majority = majority;
        this.links = links;
        this.keeper = keeper;
        this.effects = effects;
        this.retryPause = settings.retryMillis();
    }

    /** Greets whoever is new. */
    void viewChanged(View changed, OwnRows own) {
        boolean left = view.members().stream().anyMatch(member -> !changed.has(member.incarnation()));
        view = changed;
        if (state == State.READY || (state == State.OUTSIDE && !changed.has(self()))) {
            return;
        }
        if (left && way == Way.RECOVER && own.hasBegun()) {
            own.beginAgain();
            given = -1;
        }
        for (View.Member member : changed.members()) {
            long peer = member.incarnation();
            if (peer != self() && greeted.add(peer)) {
                waiting.add(peer);
                loadAgain |= state == State.LOADING;
                state = state == State.SETTLING || state == State.ASKING ? State.GREETING : state;
                links.send(peer, new Hello(node.member().nodeId()), new Token.HelloPart(peer));
            }
        }
        if (state == State.OUTSIDE) {
            state = State.GREETING;
        }
    }

    private long self() {
        return node.member().incarnation();
    }

    /** A greeting was taken, or who should take it is gone. */
    void taken(Token.HelloPart part) {
        waiting.remove(part.peer());
    }

    /**
     * The map was read, and its records have been merged; or not {@code ok}.
     *
     * @return who is to be asked for what it has otherwise
     */
    List<Long> loaded(boolean ok, OwnRows own, long time, long wall) {
        if (state != State.LOADING) {
            return List.of();
        }
        if (!ok) {
            state = State.GREETING;
            retryAt = time + retryPause;
            retryPause = Math.min(retryPause * 2, settings.retryMaxMillis());
        } else if (loadAgain) {
            state = State.GREETING;
        } else if (way == Way.JOIN && !own.hasBegun()) {
            ask();
        } else {
            begin(own, wall);
        }
        return state == State.ASKING ? List.copyOf(asked) : List.of();
    }

    private void ask() {
        state = State.ASKING;
        asked.clear();
        told = false;
        for (View.Member member : view.members()) {
            long peer = member.incarnation();
            if (peer != self() && isReady(peer)) {
                asked.add(peer);
            }
        }
    }

    /** Records came that were asked for: those of the last table end with none. */
    void received(long from, Ranges ranges) {
        boolean last = ranges.table() == LAST
                && ranges.ranges().isEmpty()
                && ranges.records().isEmpty();
        if (state == State.ASKING && last && asked.remove(from)) {
            told = true;
        }
    }

    private void begin(OwnRows own, long wall) {
        state = State.SETTLING;
        given = -1;
        if (!own.hasBegun()) {
            own.begin(way == Way.RECOVER && fresh, wall);
        }
    }

    /** Goes on if it can. At the end of a turn. */
    void flush(OwnRows own, long time, long wall) {
        if (state == State.GREETING && waiting.isEmpty() && time >= retryAt && majority.isGood() && decides(own)) {
            state = State.LOADING;
            loadAgain = false;
            effects.add(new Effect.LoadTables());
        }
        if (state == State.ASKING) {
            asked.removeIf(peer -> !links.isPeer(peer));
            if (asked.isEmpty() && told) {
                begin(own, wall);
            } else if (asked.isEmpty()) {
                state = State.GREETING;
            }
        }
        if (state == State.SETTLING) {
            settle(own, time);
        }
    }

    /** True if it is known how the tables are to be had. Once the own rows are told or forgotten, that stays. */
    private boolean decides(OwnRows own) {
        if (own.hasBegun()) {
            return true;
        }
        long newest = node.recovered().aliveAt();
        for (View.Member member : view.members()) {
            if (counts(member)) {
                Pulse pulse = majority.pulseOf(member.incarnation());
                if (pulse == null) {
                    return false;
                }
                newest = Math.max(newest, pulse.aliveAt());
            }
        }
        if (isAnyReady()) {
            way = Way.JOIN;
            return true;
        }
        if (!isMajorityHere()) {
            return false;
        }
        way = Way.RECOVER;
        fresh = node.recovered().aliveAt() >= newest - FRESH;
        return true;
    }

    /** True for another member, unless this node has given it up: that one will begin anew, whatever it has now. */
    private boolean counts(View.Member member) {
        return member.incarnation() != self() && !majority.hasGivenUp(member.incarnation());
    }

    private boolean isMajorityHere() {
        Set<Long> identities = new HashSet<>();
        for (View.Member member : view.members()) {
            if (counts(member) || member.incarnation() == self()) {
                identities.add(member.identity());
            }
        }
        return node.keepServing() || majority.voters().isMajority(identities);
    }

    private boolean isAnyReady() {
        for (View.Member member : view.members()) {
            if (member.incarnation() != self() && isReady(member.incarnation())) {
                return true;
            }
        }
        return false;
    }

    /** True if this member has said that its tables are complete. */
    boolean isReady(long member) {
        Pulse pulse = majority.pulseOf(member);
        return pulse != null && pulse.ready();
    }

    private void settle(OwnRows own, long time) {
        own.flush(time);
        if (given < 0 && own.isDone()) {
            given = keeper.given();
        }
        if (given >= 0 && keeper.isKept(given) && (way == Way.JOIN || haveAllOffered())) {
            state = State.READY;
            keeper.joined();
        }
    }

    private boolean haveAllOffered() {
        for (View.Member member : view.members()) {
            Pulse pulse = majority.pulseOf(member.incarnation());
            if (counts(member) && (pulse == null || !(pulse.offered() || pulse.ready()))) {
                return false;
            }
        }
        return true;
    }

    /** True if the tables are complete. */
    boolean isReady() {
        return state == State.READY;
    }

    /** True if everybody knows what this node's disk had. */
    boolean hasOffered(OwnRows own) {
        return isReady() || (own.isDone() && given >= 0 && keeper.isKept(given));
    }

    /** True if the node recovers together with others that are not ready either. */
    boolean isRecovering() {
        return way == Way.RECOVER;
    }
}
