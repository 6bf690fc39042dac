package io.lacewing.cluster.core;

import io.lacewing.cluster.core.CoreSettings.Cluster;
import io.lacewing.cluster.core.NodeMessage.Echo;
import io.lacewing.cluster.core.NodeMessage.Pulse;
import io.lacewing.cluster.core.Voters.Voter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * This node's lease: it may acknowledge while a majority of the voters echoes its pulses. A pulse goes to each member
 * every {@link Cluster#pulse}, and is echoed at once. The lease lasts until {@link Cluster#pause} after the latest time at
 * or before which it had sent the last echoed pulse of each of a majority, by its own monotonic clock.
 *
 * <p>There is no lease either while the view lacks a majority of the voters, whatever they echoed last: what is told to
 * all members before it is acknowledged, as a retained message or who holds a shard, would be told to too few.
 *
 * <p>No pulse is echoed of a node that the view does not have, that was given up ({@link Fences}), or that knows only
 * voters of an earlier version than this node has learned or accepted.
 *
 * <p><b>Once B holds A to be fenced, A has no lease, then and ever.</b> Let B's voters be version j; all of a majority F of
 * them had given A up at time T, later B had a lease under j, and more than a pause has passed. Suppose A has a lease under
 * version k after that: a majority M of version k echoed pulses which A sent, and they got, after T.
 *
 * <ul>
 *   <li>k &lt; j: version k + 1 was decided before T. A majority of version k accepted it, and echoes no pulse of version k.
 *   <li>k = j: somebody is in both M and F. It had given A up, for good: that is on its disk.
 *   <li>k = j + 1: the two versions differ by one voter, so that their majorities meet, and the same holds.
 *   <li>k &gt; j + 1: as B had a lease under j after T, version j + 1 was decided after T; so whoever proposed j + 2 asked a
 *       majority of j + 1 for promises after T. Somebody of F is in it, which told the proposer whom it had given up before
 *       it promised. Nodes of which one has given up a member of the other's view take no part in each other's changes
 *       ({@link VoterRegister}), so the proposer gave A up as well, told all, and only then asked them to accept: all who
 *       accepted j + 2 had given A up. Those who promise for j + 3 meet them, and so on. M meets those who accepted k.
 * </ul>
 *
 * <p>What is assumed: a node's disk keeps what it has forced, no data directory is used twice at a time, and monotonic
 * clocks run at the same rate within a twentieth. They may stand anywhere, and processes may stop anywhere: A counts from
 * when it sent the pulse, B from when it heard the last of F, and waits an eighth longer than a lease. What is not safe:
 * an operator's order to go on without a majority; a virtual machine whose monotonic clock stops while others' go on; more
 * than {@link KeptState#GIVEN_UP} incarnations given up while one of them still runs.
 */
final class Lease implements Majority {
    private final View.Member self;
    private final Cluster settings;
    private final Now now;
    private final Post post;
    private final KeptState kept;
    private final Fences fences;
    private final SelfState says;
    private final Effects effects;

    private View view = new View(List.of(), List.of());
    /** What each member said last, and when that came. */
    private final Map<Long, Heard> heard = new HashMap<>();
    /** For each voter when the last pulse was sent that it echoed, of those that name the voters of now. */
    private final Map<Long, Long> echoed = new HashMap<>();
    /** Members of another cluster. */
    private final Set<Long> foreign = new HashSet<>();

    /** What the clock said first: the times of pulses are counted from here. */
    private long origin = Long.MIN_VALUE;
    /** Pulses sent before name other voters. */
    private long versionSince = Long.MIN_VALUE;

    private long until = Long.MIN_VALUE;
    private long pulseAt = Long.MIN_VALUE;
    private long toldUntil = Long.MIN_VALUE;
    private long toldAt = Long.MIN_VALUE;

    /**
     * A pulse.
     *
     * @param at when it came, by this node's monotonic clock
     */
    private record Heard(Pulse pulse, long at) {}

    Lease(
            View.Member self,
            Cluster settings,
            Now now,
            Post post,
            KeptState kept,
            Fences fences,
            SelfState says,
            Effects effects) {
        this.self = self;
        this.settings = settings;
        this.now = now;
        this.post = post;
        this.kept = kept;
        this.fences = fences;
        this.says = says;
        this.effects = effects;
    }

    /** How long, in milliseconds, whoever was given up by a majority may still have its lease by this node's clock. */
    static long fenceMillis(Cluster settings) {
        return settings.pause() + settings.pause() / 8;
    }

    // ---- what others ask ----

    @Override
    public boolean isGood() {
        return isAlways() || (now.monotonic() < until && isMajorityPresent());
    }

    /** What is told to all members is kept by a majority of the voters only while these are members. */
    private boolean isMajorityPresent() {
        Set<Long> present = new HashSet<>();
        view.members().forEach(member -> present.add(member.identity()));
        return voters().isMajority(present);
    }

    /** Nobody else decides, or nobody is asked. */
    private boolean isAlways() {
        return settings.keepServing() || isAlone();
    }

    private boolean isAlone() {
        return voters().members().size() == 1 && voters().has(self.identity()) && echoesItself();
    }

    @Override
    public boolean isFenced(long incarnation) {
        return incarnation == 0 || (isAlways() ? !view.has(incarnation) : fences.isFenced(incarnation));
    }

    @Override
    public Voters voters() {
        return kept.learned();
    }

    @Override
    public @Nullable Pulse pulseOf(long incarnation) {
        Heard last = heard.get(incarnation);
        return last == null || kept.hasGivenUp(incarnation) ? null : last.pulse();
    }

    @Override
    public boolean hasGivenUp(long incarnation) {
        return kept.hasGivenUp(incarnation);
    }

    /** True if this member was heard within the time of a lease. */
    boolean isHeard(long incarnation) {
        Heard last = heard.get(incarnation);
        return incarnation == self.incarnation() || (last != null && now.monotonic() - last.at() < settings.pause());
    }

    /** The voters that answer, this node included if it is one. */
    List<Voter> answering() {
        List<Voter> answering = new ArrayList<>();
        for (Voter voter : voters().members()) {
            Long last = echoed.get(voter.identity());
            if (voter.identity() == self.identity() || (last != null && last + settings.pause() > now.monotonic())) {
                answering.add(voter);
            }
        }
        return answering;
    }

    /** This member belongs to another cluster: it is answered no more. */
    void refuse(long incarnation) {
        foreign.add(incarnation);
    }

    boolean isForeign(long incarnation) {
        return foreign.contains(incarnation);
    }

    // ---- what happens ----

    /** Others are members: they are told at once. */
    void viewChanged(View changed) {
        view = changed;
        heard.keySet().removeIf(incarnation -> !changed.has(incarnation));
        foreign.removeIf(incarnation -> !changed.has(incarnation));
        pulseAt = now.monotonic();
    }

    /** The voters are others: what their predecessors granted lasts as long as it was granted for. */
    void votersChanged() {
        echoed.clear();
        versionSince = now.monotonic() + 1;
        pulseAt = versionSince;
    }

    /** Another node's sign of life. */
    void receive(long from, Pulse pulse) {
        if (!view.has(from)) {
            return;
        }
        heard.put(from, new Heard(pulse, now.monotonic()));
        if (!kept.hasGivenUp(from) && !foreign.contains(from) && pulse.votersVersion() >= kept.version()) {
            post.send(from, new Echo(pulse.sentAt()));
        }
    }

    /** The answer to a pulse. */
    void receive(long from, Echo echo) {
        View.Member member = view.member(from);
        long sentAt = echo.sentAt() + origin;
        if (member != null && !kept.hasGivenUp(from) && sentAt >= versionSince) {
            echoed.merge(member.identity(), sentAt, Math::max);
            renew();
        }
    }

    private void renew() {
        List<Long> times = new ArrayList<>();
        for (Voter voter : voters().members()) {
            if (voter.identity() == self.identity()) {
                if (echoesItself()) {
                    times.add(now.monotonic());
                }
            } else if (echoed.containsKey(voter.identity())) {
                times.add(echoed.get(voter.identity()));
            }
        }
        if (times.size() >= voters().majority()) {
            times.sort(Collections.reverseOrder());
            until = Math.max(until, times.get(voters().majority() - 1) + settings.pause());
        }
    }

    private boolean echoesItself() {
        return voters().version() >= kept.version();
    }

    /** Time passes: pulses go out. */
    void tick() {
        fences.update(voters(), isGood());
        if (isAlone()) {
            until = now.monotonic() + settings.pause();
        }
        if (now.monotonic() < pulseAt) {
            return;
        }
        pulseAt = now.monotonic() + settings.pulse();
        if (origin == Long.MIN_VALUE) {
            origin = now.monotonic();
        }
        List<Long> listed = new ArrayList<>();
        for (View.Member member : view.members()) {
            if (!kept.hasGivenUp(member.incarnation())) {
                listed.add(member.incarnation());
            }
        }
        Pulse pulse =
                new Pulse(now.monotonic() - origin, listed, says.ready, says.offered, says.aliveAt, voters().version());
        for (View.Member member : view.members()) {
            if (member.incarnation() != self.incarnation()) {
                post.send(member.incarnation(), pulse);
            }
        }
    }

    /** End of a turn: says until when event loops may acknowledge, if that has moved. */
    void flush() {
        long granted = isMajorityPresent() ? until : Math.min(until, now.monotonic());
        long end = isAlways() ? Long.MAX_VALUE : granted;
        boolean urgent = end < toldUntil || toldUntil <= now.monotonic();
        if (end != toldUntil && (urgent || now.monotonic() - toldAt >= settings.pulse())) {
            toldUntil = end;
            toldAt = now.monotonic();
            effects.add(new Effect.Lease(end));
        }
    }
}
