package io.lacewing.persistence.shard;

import io.lacewing.router.Message;
import io.lacewing.router.TopicFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the shard owes the world, by id. A newer route replaces an older one of the same filter. An answer may await the
 * older one, also one that is remembered for a repetition: so a replaced id that somebody awaits is kept beside the newer
 * entry until that is done, and {@link #pending} names the newer one instead.
 */
final class Outbox {
    private static final long OVERHEAD = 64;

    /** The place of one filter's route. {@code replaced}: awaited ids that stood here before. */
    static final class RouteSlot {
        long id;
        boolean awaited;
        final List<Long> replaced = new ArrayList<>(0);
    }

    private final TreeMap<Long, Owed> entries = new TreeMap<>();
    private final Map<TopicFilter, RouteSlot> routes = new HashMap<>();
    private final Map<Long, RouteSlot> byReplaced = new HashMap<>();
    private final Map<String, List<Long>> closes = new HashMap<>();
    /** Of this batch. */
    private final List<Long> settled = new ArrayList<>(0);

    private long lastId;
    private long bytes;

    long lastId() {
        return lastId;
    }

    /** All ids from now on are greater than {@code number}. */
    void numberFrom(long number) {
        lastId = Math.max(lastId, number);
    }

    long bytes() {
        return bytes;
    }

    /** Owes a connection's close; {@code will} is kept with it. */
    long close(ClientRecord old, ConnectionId connection, @Nullable Will will) {
        return add(new Owed.Close(++lastId, old.clientId, old.epoch, connection, will));
    }

    /** Takes out the close of the connection with this attach epoch; null if none is owed. */
    Owed.@Nullable Close closed(String clientId, long epoch) {
        for (long id : closes.getOrDefault(clientId, List.of())) {
            if (entries.get(id) instanceof Owed.Close close && close.epoch() == epoch) {
                closed(close);
                return close;
            }
        }
        return null;
    }

    /** Takes out the closes of all connections to nodes that are not among these, in order. */
    List<Owed.Close> closedWithout(Set<Long> alive) {
        List<Owed.Close> gone = new ArrayList<>(0);
        for (Owed entry : entries.values()) {
            if (entry instanceof Owed.Close close
                    && !alive.contains(close.connection().incarnation())) {
                gone.add(close);
            }
        }
        gone.forEach(this::closed);
        return gone;
    }

    private void closed(Owed.Close close) {
        remove(close.id());
        settled.add(close.id());
    }

    /** The closes that ended since the last call. */
    List<Long> takeSettled() {
        List<Long> taken = List.copyOf(settled);
        settled.clear();
        return taken;
    }

    /** The closes that are still owed to a client id's older connections, ascending. */
    List<Long> closes(String clientId) {
        return List.copyOf(closes.getOrDefault(clientId, List.of()));
    }

    long publish(Message message) {
        return add(new Owed.Publish(++lastId, message));
    }

    long passOn(TopicFilter group, Message message) {
        return add(new Owed.PassOn(++lastId, group, message));
    }

    /** As {@link ShardOp.Pick}. */
    void pick(long id, List<ShardOp.Pick.Choice> choices) {
        Owed entry = entries.get(id);
        if (entry instanceof Owed.Publish publish && !publish.picked()) {
            entries.put(id, new Owed.Publish(id, publish.message(), true));
            give(publish.message(), choices);
        } else if (entry instanceof Owed.PassOn passOn) {
            done(id);
            give(passOn.message(), choices);
        }
    }

    private void give(Message message, List<ShardOp.Pick.Choice> choices) {
        for (ShardOp.Pick.Choice choice : choices) {
            add(new Owed.Give(++lastId, choice.group(), choice.to(), message));
        }
    }

    long route(long epoch, TopicFilter filter, int online, int offline) {
        long id = ++lastId;
        RouteSlot slot = routes.computeIfAbsent(filter, f -> new RouteSlot());
        if (slot.id != 0) {
            bytes -= size(entries.remove(slot.id));
            if (slot.awaited) {
                slot.replaced.add(slot.id);
                byReplaced.put(slot.id, slot);
            }
        }
        slot.id = id;
        slot.awaited = false;
        return add(new Owed.Route(id, epoch, filter, online, offline));
    }

    /** The id of the route that stands here for a filter, from now on awaited; 0 if none does. */
    long awaitRoute(TopicFilter filter) {
        RouteSlot slot = routes.get(filter);
        if (slot == null) {
            return 0;
        }
        slot.awaited = true;
        return slot.id;
    }

    /** Those of the ids that are still owed, each by the id it stands under now. The same list if all still do. */
    List<Long> pending(List<Long> awaits) {
        boolean asBefore = true;
        for (long id : awaits) {
            asBefore &= entries.containsKey(id);
        }
        if (asBefore) {
            return awaits;
        }
        List<Long> now = new ArrayList<>();
        for (long id : awaits) {
            RouteSlot slot = byReplaced.get(id);
            long standing = slot == null ? id : slot.id;
            if (entries.containsKey(standing) && !now.contains(standing)) {
                now.add(standing);
            }
        }
        return List.copyOf(now);
    }

    /** The owner has carried it out. A close ends otherwise. */
    void done(long id) {
        if (!(entries.get(id) instanceof Owed.Close)) {
            remove(id);
        }
    }

    private void remove(long id) {
        Owed entry = entries.remove(id);
        bytes -= size(entry);
        if (entry instanceof Owed.Route route) {
            RouteSlot slot = routes.remove(route.filter());
            if (slot != null) {
                slot.replaced.forEach(byReplaced::remove);
            }
        }
        if (entry instanceof Owed.Close close) {
            closes.computeIfPresent(close.clientId(), (client, ids) -> {
                ids.remove(id);
                return ids.isEmpty() ? null : ids;
            });
        }
    }

    /** The entries after an id, in order. */
    List<Owed> after(long id) {
        return id >= lastId || entries.isEmpty()
                ? List.of()
                : List.copyOf(entries.tailMap(id, false).values());
    }

    /** All entries in order. */
    Iterable<Owed> entries() {
        return entries.values();
    }

    int size() {
        return entries.size();
    }

    @Nullable
    RouteSlot slot(TopicFilter filter) {
        return routes.get(filter);
    }

    /** Takes back an entry from a snapshot; for a route with what its slot knew. */
    void restore(Owed entry, boolean awaited, List<Long> replaced) {
        add(entry);
        if (entry instanceof Owed.Route route) {
            RouteSlot slot = new RouteSlot();
            slot.id = route.id();
            slot.awaited = awaited;
            slot.replaced.addAll(replaced);
            routes.put(route.filter(), slot);
            replaced.forEach(id -> byReplaced.put(id, slot));
        }
    }

    void restoreLastId(long id) {
        lastId = id;
    }

    private long add(Owed entry) {
        entries.put(entry.id(), entry);
        if (entry instanceof Owed.Close close) {
            closes.computeIfAbsent(close.clientId(), client -> new ArrayList<>(1))
                    .add(close.id());
        }
        bytes += size(entry);
        return entry.id();
    }

    private static long size(@Nullable Owed entry) {
        return switch (entry) {
            case null -> 0;
            case Owed.Close close -> {
                Will will = close.will();
                yield OVERHEAD + (will == null ? 0 : will.message().size());
            }
            case Owed.Publish publish -> OVERHEAD + publish.message().size();
            case Owed.PassOn passOn -> OVERHEAD + passOn.message().size();
            case Owed.Give give -> OVERHEAD + give.message().size();
            case Owed.Route route -> OVERHEAD + route.filter().utf8().length;
        };
    }
}
