package io.lacewing.cluster.core;

import io.lacewing.cluster.core.NodeMessage.Offers;
import io.lacewing.cluster.core.NodeMessage.WantCopy;
import io.lacewing.cluster.core.NodeMessage.WantOffers;
import io.lacewing.cluster.core.TableRecord.Holders;
import io.lacewing.cluster.core.View.Placement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The copies of shards on this node's disk. Each member is told of them when it comes, and whenever it asks. A copy is
 * forgotten, on disk and in memory, when a later record of the shard's holders does not name this node, and it has no
 * replica either: not before, as those to whom the shard moved may die before they are recorded.
 */
final class KeptCopies {
    private static final long REVIEW = 1_000;

    private final View.Member self;
    private final boolean durable;
    private final Post post;
    private final Tables tables;
    private final Now now;
    private final Effects effects;
    /** By shard: what the disk has now. */
    private final @Nullable Offer[] copies;

    private final Set<Long> told = new HashSet<>();
    private View view = new View(List.of(), List.of());
    private long reviewedAt;

    KeptCopies(View.Member self, Recovered recovered, int shards, Post post, Tables tables, Now now, Effects effects) {
        this.self = self;
        this.durable = recovered.durable();
        this.post = post;
        this.tables = tables;
        this.now = now;
        this.effects = effects;
        this.copies = new Offer[shards];
        for (Offer offer : recovered.offers()) {
            copies[offer.shard()] = offer;
        }
    }

    /** New members are told; this node as well. */
    void viewChanged(View changed) {
        view = changed;
        told.removeIf(node -> !changed.has(node));
        if (!changed.has(self.incarnation())) {
            return;
        }
        for (View.Member member : changed.members()) {
            if (told.add(member.incarnation())) {
                post.send(member.incarnation(), new Offers(0, offers()));
            }
        }
    }

    /** Of this node's data directory. */
    long identity() {
        return self.identity();
    }

    /** True if this node's disk is sure to have all that it had of the shard, of the same epoch, and that is no more than this. */
    boolean vouchesFor(Offer here) {
        Offer copy = copies[here.shard()];
        return copy != null && !copy.doubtful() && copy.epoch() == here.epoch() && !copy.isAhead(here);
    }

    private List<Offer> offers() {
        List<Offer> offers = new ArrayList<>();
        for (Offer copy : copies) {
            if (copy != null) {
                offers.add(copy);
            }
        }
        return offers;
    }

    /** This node's replica has applied something, and it is on disk. */
    void reported(ReplicaReport report) {
        if (durable && !report.gap() && report.member() == self.incarnation()) {
            Offer kept = new Offer(report.shard(), report.epoch(), report.sequence(), false);
            Offer before = copies[report.shard()];
            if (before == null || !before.isAhead(kept)) {
                copies[report.shard()] = kept;
            }
        }
    }

    /** A node has shards that are missing, and asks anew what is here. */
    void wanted(long from, WantOffers want) {
        post.send(from, new Offers(want.number(), offers()));
    }

    /** The owner of a shard that is missing wants a copy. It gets exactly that, or nothing. */
    void wanted(WantCopy want) {
        Offer copy = copies[want.shard()];
        if (copy != null && copy.epoch() == want.epoch() && copy.sequence() == want.sequence()) {
            effects.add(new Effect.SendCopy(want.shard(), want.epoch(), want.sequence()));
        }
    }

    /**
     * Time passes: what others hold for sure is forgotten.
     *
     * @param ready true if the tables are complete; before that they may have an older record than the one that counts
     */
    void tick(boolean ready) {
        if (!durable
                || !ready
                || now.steady() - reviewedAt < REVIEW
                || view.placements().size() != copies.length) {
            return;
        }
        reviewedAt = now.steady();
        for (int shard = 0; shard < copies.length; shard++) {
            Offer copy = copies[shard];
            Holders recorded = tables.holders(shard);
            if (copy != null && recorded != null && isOld(copy, recorded) && !isReplica(shard)) {
                copies[shard] = null;
                effects.add(new Effect.ForgetCopy(shard));
            }
        }
    }

    private boolean isOld(Offer copy, Holders recorded) {
        return recorded.version().major() >= copy.epoch()
                && !recorded.identities().contains(self.identity());
    }

    private boolean isReplica(int shard) {
        Placement placement = view.placements().get(shard);
        return placement.owner() == self.incarnation() || placement.backups().contains(self.incarnation());
    }
}
