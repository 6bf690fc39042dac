package io.lacewing.cluster.core;

import io.lacewing.cluster.core.NodeMessage.GivenUp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who gives up whom. A node that has its lease gives up each incarnation that has left its view, and each that another
 * node has given up and that its own view does not have. One without lease may be the one that is cut off: it waits with
 * that for its lease. Who is given up is noted on disk, then told to all; from then on nobody who runs on this data
 * directory answers that incarnation's pulses. When a majority of the voters has said so, and the time of a lease has
 * passed since, the incarnation is <i>fenced</i>: {@link Lease} says why that is for ever.
 */
final class Fences {
    /** How many are asked about at most that nobody has given up. */
    private static final int ASKED = 256;
    /** How many nodes are listened to that no view has had yet. */
    private static final int STRANGERS = 64;

    private final View.Member self;
    private final long wait;
    private final Now now;
    private final Post post;
    private final KeptState kept;

    private View view = new View(List.of(), List.of());
    /** For each incarnation the data directories that have given it up. */
    private final Map<Long, Set<Long>> byWhom = new LinkedHashMap<>();
    /** Since when that is a majority of the voters of now. */
    private final Map<Long, Long> since = new HashMap<>();

    private final Set<Long> fenced = new HashSet<>();
    /** What those said that the view does not have yet, by incarnation. */
    private final Map<Long, Set<Long>> early = new LinkedHashMap<>();
    /** Since when somebody wants to know of an incarnation that was never a member here. */
    private final Map<Long, Long> asked = new LinkedHashMap<>();

    /** Who is to be given up when there is a lease. */
    private final Set<Long> gone = new LinkedHashSet<>();

    private Set<Long> announced = Set.of();
    private boolean selfGivenUp;

    /**
     * Nobody is given up but by what the disk says.
     *
     * @param wait how long, in milliseconds, somebody who was given up by a majority may still have its lease
     */
    Fences(View.Member self, long wait, Now now, Post post, KeptState kept) {
        this.self = self;
        this.wait = wait;
        this.now = now;
        this.post = post;
        this.kept = kept;
        announce();
    }

    /** Whoever has left is given up; whoever has come is told of all that were. */
    void viewChanged(View changed) {
        View before = view;
        view = changed;
        for (View.Member member : before.members()) {
            if (!changed.has(member.incarnation())) {
                gone.add(member.incarnation());
            }
        }
        for (View.Member member : changed.members()) {
            long peer = member.incarnation();
            if (peer != self.incarnation() && !before.has(peer)) {
                List<Long> all = kept.safelyGivenUp();
                if (!all.isEmpty()) {
                    post.send(peer, new GivenUp(all));
                }
                Set<Long> said = early.remove(peer);
                if (said != null) {
                    take(member.identity(), said);
                }
            }
        }
        prune();
    }

    /** Another node has given some up. */
    void receive(long from, GivenUp givenUp) {
        View.Member member = view.member(from);
        if (member != null) {
            take(member.identity(), givenUp.incarnations());
        } else if (early.size() < STRANGERS || early.containsKey(from)) {
            early.computeIfAbsent(from, stranger -> new HashSet<>()).addAll(givenUp.incarnations());
        }
        prune();
    }

    private void take(long identity, Iterable<Long> incarnations) {
        for (long incarnation : incarnations) {
            byWhom.computeIfAbsent(incarnation, gone -> new HashSet<>()).add(identity);
            if (incarnation != self.incarnation() && !view.has(incarnation) && !kept.hasGivenUp(incarnation)) {
                gone.add(incarnation);
            }
        }
    }

    /** Tells all whom this node has given up since it last told them, as far as that is safe on disk. */
    void announce() {
        List<Long> all = kept.safelyGivenUp();
        List<Long> fresh = new ArrayList<>();
        for (long incarnation : all) {
            if (!announced.contains(incarnation)) {
                fresh.add(incarnation);
                byWhom.computeIfAbsent(incarnation, gone -> new HashSet<>()).add(kept.identity());
            }
        }
        if (fresh.isEmpty()) {
            return;
        }
        announced = new HashSet<>(all);
        for (View.Member member : view.members()) {
            if (member.incarnation() != self.incarnation()) {
                post.send(member.incarnation(), new GivenUp(fresh));
            }
        }
    }

    /** The voters are others: their majority counts from now on. Who is fenced stays so. */
    void votersChanged() {
        since.clear();
    }

    /** Time passes; {@code leased} says whether this node has its lease now. */
    void update(Voters voters, boolean leased) {
        if (leased) {
            gone.removeIf(view::has);
            gone.forEach(kept::giveUp);
            gone.clear();
        }
        Set<Long> bySome = byWhom.getOrDefault(self.incarnation(), Set.of());
        selfGivenUp |= voters.isBorn() && voters.isMajority(bySome);
        byWhom.forEach((incarnation, identities) -> {
            if (!fenced.contains(incarnation) && voters.isBorn() && voters.isMajority(identities)) {
                long complete = since.computeIfAbsent(incarnation, gone -> now.monotonic());
                if (leased && now.monotonic() - complete >= wait) {
                    fenced.add(incarnation);
                }
            }
        });
    }

    /**
     * True if this incarnation never has its lease again. Whoever is asked about for a while, is no member and was never
     * given up, is given up.
     */
    boolean isFenced(long incarnation) {
        if (fenced.contains(incarnation)) {
            return true;
        }
        if (view.has(incarnation) || kept.hasGivenUp(incarnation)) {
            return false;
        }
        long first = asked.computeIfAbsent(incarnation, unknown -> now.monotonic());
        if (now.monotonic() - first >= wait) {
            kept.giveUp(incarnation);
        }
        prune();
        return false;
    }

    /** True if a majority of the voters has given up this node. */
    boolean isSelfGivenUp() {
        return selfGivenUp;
    }

    /** True if this node (a member) has given up somebody whom this node's view has: they don't live in one cluster. */
    boolean isAtOddsWith(long identity) {
        for (View.Member member : view.members()) {
            Set<Long> identities = byWhom.get(member.incarnation());
            if (identities != null && identities.contains(identity)) {
                return true;
            }
        }
        return false;
    }

    private void prune() {
        if (byWhom.size() > KeptState.GIVEN_UP + view.members().size()) {
            byWhom.keySet().removeIf(gone -> !view.has(gone) && !kept.hasGivenUp(gone));
            since.keySet().retainAll(byWhom.keySet());
            fenced.retainAll(byWhom.keySet());
        }
        asked.keySet().removeIf(one -> view.has(one) || kept.hasGivenUp(one));
        while (asked.size() > ASKED) {
            asked.remove(asked.keySet().iterator().next());
        }
        early.keySet().removeIf(stranger -> !post.isPeer(stranger));
        while (gone.size() > KeptState.GIVEN_UP) {
            gone.remove(gone.iterator().next());
        }
    }
}
