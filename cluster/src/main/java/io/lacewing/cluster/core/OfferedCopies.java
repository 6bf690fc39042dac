package io.lacewing.cluster.core;

import io.lacewing.cluster.core.MissingShards.Copy;
import io.lacewing.cluster.core.MissingShards.Question;
import io.lacewing.cluster.core.TableRecord.Holders;
import io.lacewing.cluster.core.Voters.Voter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What all nodes have said that their disks had when they started, for the shards of this node that are missing. */
final class OfferedCopies {
    /** How many shards of this node may wait for copies at a time. */
    private static final int AT_ONCE = 16;

    private final long self;
    private final boolean durable;
    private final Links links;
    private final Tables tables;
    private final Majority majority;
    /** By incarnation, then by shard. */
    private final TreeMap<Long, Map<Integer, Offer>> offers = new TreeMap<>();

    private View view = new View(List.of(), List.of());
    private int underWay;

    OfferedCopies(long self, boolean durable, Links links, Tables tables, Majority majority) {
        this.self = self;
        this.durable = durable;
        this.links = links;
        this.tables = tables;
        this.majority = majority;
    }

    /** A node has said what it has. */
    void receive(long from, NodeMessage.Offers said) {
        if (from == self || links.isPeer(from)) {
            Map<Integer, Offer> byShard = new HashMap<>();
            said.offers().forEach(offer -> byShard.put(offer.shard(), offer));
            offers.put(from, byShard);
        }
    }

    /** After {@link Links#viewChanged}: what those offered that are gone is out of reach. */
    void viewChanged(View changed) {
        view = changed;
        offers.keySet().removeIf(node -> node != self && !links.isPeer(node));
    }

    /** What is known of a missing shard. */
    Question question(int shard, Set<Long> tried) {
        Holders recorded = tables.holders(shard);
        List<Copy> copies = new ArrayList<>();
        Set<Long> offered = new HashSet<>();
        boolean complete = true;
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

    /** The epoch in which it was recorded who holds a shard on disk; 0 if it never was, or nodes have no disks. */
    long recordedEpoch(int shard) {
        Holders recorded = durable ? tables.holders(shard) : null;
        return recorded == null ? 0 : recorded.version().major();
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

    /** True if one more copy may be asked for now; it must be given back. */
    boolean begin() {
        if (underWay >= AT_ONCE) {
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
        return "a node that is known no more (" + Long.toHexString(identity) + ")";
    }
}
