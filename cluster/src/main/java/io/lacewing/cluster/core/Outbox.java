package io.lacewing.cluster.core;

import io.lacewing.persistence.shard.Applied;
import io.lacewing.persistence.shard.Owed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an owned shard owes and its owner has not carried out yet, and the answers that must wait for it.
 *
 * <p>An answer may await an entry that is not owed here. Then either it was carried out meanwhile, or it was the route of
 * a filter that another op of the same batch replaced by a newer one, and so never came out of the batch. In the second
 * case (its id is higher than all that was owed before the batch) the answer awaits all newer routes of the batch: which
 * of them it was is not known, and a little patience costs nothing.
 */
final class Outbox {
    private final Set<Long> standing = new HashSet<>();
    private final Map<Long, List<Held>> held = new HashMap<>();
    private final Set<Held> allHeld = new HashSet<>();
    private List<Long> done = new ArrayList<>();
    private long lastOwed;

    /** An answer and the node that is to get it. Compared by identity. */
    static final class Held {
        final long sender;
        final Applied.Answer answer;
        private int awaited;

        Held(long sender, Applied.Answer answer) {
            this.sender = sender;
            this.answer = answer;
        }
    }

    /** A batch with this result is proven: its entries stand from now on. */
    void owe(List<Owed> owed) {
        for (Owed entry : owed) {
            standing.add(entry.id());
        }
    }

    /** After all answers of that batch have been through {@link #holds}. */
    void settled(List<Owed> owed) {
        for (Owed entry : owed) {
            lastOwed = Math.max(lastOwed, entry.id());
        }
    }

    /** Keeps an answer if it awaits what stands here, until {@link #carried} returns it. */
    boolean holds(Held answer, List<Owed> batchOwed) {
        if (!(answer.answer instanceof Applied.Answer.Result result)) {
            return false;
        }
        List<Long> awaits = result.result().awaits();
        if (awaits.isEmpty()) {
            return false;
        }
        Set<Long> ids = new HashSet<>();
        for (long id : awaits) {
            if (standing.contains(id)) {
                ids.add(id);
            } else if (id > lastOwed) {
                addNewerRoutes(id, batchOwed, ids);
            }
        }
        for (Long id : ids) {
            held.computeIfAbsent(id, key -> new ArrayList<>(1)).add(answer);
        }
        answer.awaited = ids.size();
        if (answer.awaited > 0) {
            allHeld.add(answer);
        }
        return answer.awaited > 0;
    }

    private void addNewerRoutes(long id, List<Owed> batchOwed, Set<Long> ids) {
        for (Owed entry : batchOwed) {
            if (entry instanceof Owed.Route && entry.id() > id && standing.contains(entry.id())) {
                ids.add(entry.id());
            }
        }
    }

    /** An entry has been carried out: the answers that awaited it last. The shard is to know. */
    List<Held> carried(long id) {
        if (!standing.contains(id)) {
            return List.of();
        }
        done.add(id);
        return settled(id);
    }

    /** The shard itself has no such entry any more: the answers that awaited it last. */
    List<Held> settled(long id) {
        if (!standing.remove(id)) {
            return List.of();
        }
        List<Held> free = new ArrayList<>();
        for (Held answer : held.getOrDefault(id, List.of())) {
            if (--answer.awaited == 0) {
                allHeld.remove(answer);
                free.add(answer);
            }
        }
        held.remove(id);
        return free;
    }

    boolean hasDone() {
        return !done.isEmpty();
    }

    /** The entries carried out since the last call, for the shard to know. */
    List<Long> takeDone() {
        List<Long> taken = done;
        done = new ArrayList<>();
        return taken;
    }

    /** The answers that wait, in no order. */
    Set<Held> held() {
        return allHeld;
    }

    /** How many entries are not carried out yet. */
    int size() {
        return standing.size();
    }
}
