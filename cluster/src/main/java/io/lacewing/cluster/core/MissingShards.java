package io.lacewing.cluster.core;

import io.lacewing.cluster.core.TableRecord.Holders;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a shard of which the replicated map has no copy.
 *
 * <p>Everything that was acknowledged is on all nodes that the record names, so the copy of any one of them will do, if that
 * node has all that it ever had. What others have is older. A shard of which nothing was recorded has acknowledged
 * nothing.
 */
final class MissingShards {
    private MissingShards() {}

    /**
     * A copy on the disk of a node that is present.
     *
     * @param node the node's incarnation
     * @param identity of its data directory
     */
    record Copy(long node, long identity, Offer offer) {}

    /**
     * What is known.
     *
     * @param recorded who holds the shard, null if that was never recorded
     * @param copies all that was offered
     * @param offered the data directories of the nodes that are present and have said what they have
     * @param complete true if all that are present have
     * @param durable true if nodes have disks
     * @param tried the incarnations of nodes whose copies could not be had
     */
    record Question(
            @Nullable Holders recorded,
            List<Copy> copies,
            Set<Long> offered,
            boolean complete,
            boolean durable,
            Set<Long> tried) {}

    /** What to do. */
    sealed interface Decision {
        /** Nothing yet. */
        record Wait() implements Decision {}

        /** Make it, empty; {@code lost}: there was something. */
        record Create(boolean lost) implements Decision {}

        /** Take this copy. */
        record Want(Copy copy) implements Decision {}

        /**
         * Keep it closed.
         *
         * @param why for people
         * @param missing data directories without which it can't be opened
         */
        record Closed(String why, List<Long> missing) implements Decision {}

        /** Keep it closed though an operator wants it open: this copy is there, and can't be had now. */
        record Refused(Copy copy) implements Decision {}
    }

    /** What to do by itself. */
    static Decision decide(Question question) {
        if (!question.complete()) {
            return new Decision.Wait();
        }
        Holders recorded = question.recorded();
        if (recorded == null) {
            return question.copies().isEmpty() ? new Decision.Create(false) : take(question.copies(), question.tried());
        }
        List<Copy> usable = usable(question, recorded);
        if (!usable.isEmpty()) {
            return take(usable, question.tried());
        }
        if (!question.durable()) {
            return new Decision.Create(true);
        }
        List<Long> missing = missing(question);
        return new Decision.Closed(
                missing.isEmpty()
                        ? "the nodes that held them are here and have no copy"
                        : "none of the nodes that are here is sure to have all",
                missing);
    }

    /** Those without doubt; the others only when nobody can come who has more. */
    private static List<Copy> usable(Question question, Holders recorded) {
        List<Copy> sure = new ArrayList<>();
        List<Copy> unsure = new ArrayList<>();
        for (Copy copy : question.copies()) {
            if (recorded.identities().contains(copy.identity())) {
                boolean whole = !copy.offer().doubtful()
                        && copy.offer().epoch() >= recorded.version().major();
                (whole ? sure : unsure).add(copy);
            }
        }
        if (!sure.isEmpty()) {
            return sure;
        }
        return question.offered().containsAll(recorded.identities()) ? unsure : List.of();
    }

    private static Decision take(List<Copy> copies, Set<Long> tried) {
        Copy best = best(copies, tried);
        return best == null
                ? new Decision.Closed("the copies of the nodes that have them could not be had", List.of())
                : new Decision.Want(best);
    }

    private static @Nullable Copy best(List<Copy> copies, Set<Long> tried) {
        Copy best = null;
        for (Copy copy : copies) {
            if (!tried.contains(copy.node()) && (best == null || copy.offer().isAhead(best.offer()))) {
                best = copy;
            }
        }
        return best;
    }

    /**
     * What to do as an operator wants to go on with what there is. What a holder has that is here is never left behind: where
     * that can't be had the shard stays closed.
     */
    static Decision force(Question question) {
        if (!question.complete()) {
            return new Decision.Wait();
        }
        Holders recorded = question.recorded();
        Copy best = best(ofHolders(question, recorded), Set.of());
        if (best == null) {
            best = best(question.copies(), Set.of());
        }
        if (best == null) {
            return new Decision.Create(recorded != null);
        }
        return question.tried().contains(best.node()) ? new Decision.Refused(best) : new Decision.Want(best);
    }

    /** What those have that are recorded, of the time of the record or later. */
    private static List<Copy> ofHolders(Question question, @Nullable Holders recorded) {
        List<Copy> copies = new ArrayList<>();
        for (Copy copy : question.copies()) {
            if (recorded != null
                    && recorded.identities().contains(copy.identity())
                    && copy.offer().epoch() >= recorded.version().major()) {
                copies.add(copy);
            }
        }
        return copies;
    }

    /** The data directories that are recorded and not present. */
    static List<Long> missing(Question question) {
        Holders recorded = question.recorded();
        Set<Long> missing = new HashSet<>(recorded == null ? List.of() : recorded.identities());
        missing.removeAll(question.offered());
        return missing.stream().sorted().toList();
    }
}
