package io.lacewing.cluster.core;

import io.lacewing.cluster.core.MissingShards.Copy;
import io.lacewing.cluster.core.MissingShards.Question;
import io.lacewing.cluster.core.TableRecord.Holders;
import io.lacewing.cluster.core.Voters.Voter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What all nodes have said that their disks have, for the shards of this node that are missing. Each says it when it is first
 * seen. What it got later it says when it is asked: when a node has left, before anything is decided, as that node may have
 * taken the only replicas of a shard with it; and now and then while a shard is missing.
 */
final class OfferedCopies {
    /** How many shards of this node may wait for copies at a time. */
    private static final int AT_ONCE = 16;
    /** How often all are asked while a shard is missing, in milliseconds. */
    private static final long ASK_AGAIN = 5_000;
    /** How many data directories are remembered by the name of their node. */
    private static final int NAMES = 1_024;

    private final boolean durable;
    private final KeptCopies kept;
    private final Post post;
    private final Tables tables;
    private final Majority majority;
    private final Now now;
    /** By incarnation, then by shard. */
    private final TreeMap<Long, Map<Integer, Offer>> offers = new TreeMap<>();
    /** Of the members there were, by data directory; the latest last. */
    private final LinkedHashMap<Long, String> names = new LinkedHashMap<>();

    private View view = new View(List.of(), List.of());
    private int underWay;

    /** True if a node has left since all were asked. */
    private boolean stale;

    /** The last question that each node has answered. */
    private final Map<Long, Long> answered = new HashMap<>();

    private long asked;
    private long askedAt;
    /** What answers a question before this one may be from before a node left. */
    private long awaited;
    /** Whose answer to that is not here. */
    private final Set<Long> silent = new HashSet<>();

    OfferedCopies(boolean durable, KeptCopies kept, Post post, Tables tables, Majority majority, Now now) {
        this.durable = durable;
        this.kept = kept;
        this.post = post;
        this.tables = tables;
        this.majority = majority;
        this.now = now;
    }

    /** A node has said what it has. */
    void receive(long from, NodeMessage.Offers said) {
        if (post.isPeer(from)) {
            Map<Integer, Offer> byShard = new HashMap<>();
            said.offers().forEach(offer -> byShard.put(offer.shard(), offer));
            offers.put(from, byShard);
            answered.merge(from, said.answers(), Math::max);
            if (said.answers() >= awaited) {
                silent.remove(from);
            }
        }
    }

    /** After {@link Links#viewChanged}: what those offered that are gone is out of reach. */
    void viewChanged(View changed) {
        for (View.Member member : view.members()) {
            stale |= !changed.has(member.incarnation());
        }
        view = changed;
        for (View.Member member : changed.members()) {
            names.putLast(member.identity(), member.nodeId());
        }
        while (names.size() > NAMES) {
            names.pollFirstEntry();
        }
        offers.keySet().removeIf(node -> !post.isPeer(node));
        answered.keySet().retainAll(offers.keySet());
        silent.removeIf(node -> !changed.has(node));
    }

    /** Asks all what they have. Returns the number of the question. */
    long ask() {
        asked++;
        askedAt = now.steady();
        for (View.Member member : view.members()) {
            post.send(member.incarnation(), new NodeMessage.WantOffers(asked));
            if (stale) {
                silent.add(member.incarnation());
            }
        }
        awaited = stale ? asked : awaited;
        stale = false;
        return asked;
    }

    /** What is known of a missing shard. */
    Question question(int shard, Set<Long> tried) {
        if (durable && (stale || now.steady() - askedAt >= ASK_AGAIN)) {
            ask();
        }
        Holders recorded = tables.holders(shard);
        List<Copy> copies = new ArrayList<>();
        Set<Long> offered = new HashSet<>();
        boolean complete = silent.isEmpty();
        for (View.Member member : view.members()) {
            Map<Integer, Offer> byShard = offers.get(member.incarnation());
            if (byShard == null) {
                complete = false;
                continue;
            }
            offered.add(member.identity());
            Offer offer = byShard.get(shard);
            if (offer != null) {
                copies.add(new Copy(member.incarnation(), member.identity(), offer));
            }
        }
        return new Question(recorded, copies, offered, complete, durable, tried);
    }

    /** Whose word is missing for a decision: their data directories. */
    List<Long> silent() {
        List<Long> identities = new ArrayList<>();
        for (View.Member member : view.members()) {
            if (silent.contains(member.incarnation()) || !offers.containsKey(member.incarnation())) {
                identities.add(member.identity());
            }
        }
        return identities;
    }

    /** How a copy in memory stands to what is recorded. */
    enum Standing {
        /** It has all that was acknowledged. */
        CURRENT,
        /** It may lack something, or nobody is here who could tell. */
        OLD,
        /** Somebody is here who can tell, and has not yet. */
        UNKNOWN
    }

    /**
     * Whether a copy of a shard of this node has all that was acknowledged. A copy of an earlier epoch than the record's has
     * not; one of a later epoch has. Of the same epoch there may be copies that were left behind, as their member was
     * replaced as a backup: so it is compared to this node's own on disk, if it is recorded as a holder, and else to
     * that of another holder.
     *
     * @param word the question that a holder's answer must be to, by {@link #ask}; 0 if none was asked
     */
    Standing standing(Offer here, long word) {
        Holders recorded = durable ? tables.holders(here.shard()) : null;
        if (recorded == null || here.epoch() > recorded.version().major()) {
            return Standing.CURRENT;
        }
        if (here.epoch() < recorded.version().major()) {
            return Standing.OLD;
        }
        if (recorded.identities().contains(kept.identity()) && kept.vouchesFor(here)) {
            return Standing.CURRENT;
        }
        boolean silent = false;
        for (View.Member member : view.members()) {
            if (recorded.identities().contains(member.identity())) {
                Map<Integer, Offer> byShard = offers.get(member.incarnation());
                Offer offer = byShard == null ? null : byShard.get(here.shard());
                boolean said = word > 0 && answered.getOrDefault(member.incarnation(), 0L) >= word;
                if (said && offer != null && !offer.doubtful() && offer.epoch() >= here.epoch()) {
                    return offer.isAhead(here) ? Standing.OLD : Standing.CURRENT;
                }
                silent |= !said;
            }
        }
        return silent ? Standing.UNKNOWN : Standing.OLD;
    }

    /** The latest epoch of a shard that was heard of; 0 if none. */
    long latestEpoch(int shard) {
        Holders recorded = tables.holders(shard);
        long latest = recorded == null ? 0 : recorded.version().major();
        for (Map<Integer, Offer> byShard : offers.values()) {
            Offer offer = byShard.get(shard);
            latest = offer == null ? latest : Math.max(latest, offer.epoch());
        }
        return latest;
    }

    /** It is recorded who holds the shard in this epoch: what was offered of earlier ones is of no use any more. */
    void recorded(int shard, long epoch) {
        for (Map<Integer, Offer> byShard : offers.values()) {
            Offer offer = byShard.get(shard);
            if (offer != null && offer.epoch() < epoch) {
                byShard.remove(shard);
            }
        }
    }

    /** True if one more copy may be asked for now. */
    boolean hasRoom() {
        return underWay < AT_ONCE;
    }

    /** True if one more copy may be asked for now; it must be given back. */
    boolean begin() {
        if (!hasRoom()) {
            return false;
        }
        underWay++;
        return true;
    }

    /** A copy is no longer waited for. */
    void end() {
        underWay--;
    }

    /** The names of nodes for people, where they are known. */
    String names(List<Long> identities) {
        List<String> names = new ArrayList<>();
        for (long identity : identities) {
            names.add(name(identity));
        }
        return String.join(", ", names.stream().sorted().toList());
    }

    private String name(long identity) {
        for (View.Member member : view.members()) {
            if (member.identity() == identity) {
                return member.nodeId();
            }
        }
        for (Voter voter : majority.voters().members()) {
            if (voter.identity() == identity) {
                return voter.nodeId();
            }
        }
        String name = names.get(identity);
        if (name != null) {
            return name + " with the data that it had before";
        }
        return "a node that is known no more (" + Long.toHexString(identity) + ")";
    }
}
