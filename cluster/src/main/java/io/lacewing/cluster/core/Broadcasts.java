package io.lacewing.cluster.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Brings changes of the shared tables to the map, to every node and to this node's disk. A change is done when the map has
 * stored it, this node has kept it, and every node of the audience has said that it has kept it, or is gone.
 *
 * <p>Changes of one turn, and those that come while a store is under way, are gathered into one broadcast; of one key
 * only the newest is kept. So a storm costs one store and one message per node and round trip, and what is gathered is
 * bounded by the number of keys.
 */
final class Broadcasts {

    /** A change that is not sent yet, and who waits for it or for an older one that it replaces. */
    private record Gathered(TableRecord record, List<Token> tokens) {}

    /** Changes under way. */
    private static final class Broadcast {
        private final long id;
        private final long since;
        private final List<TableRecord> records = new ArrayList<>();
        private final List<Token> tokens = new ArrayList<>();
        private final TreeSet<Long> waiting = new TreeSet<>();
        private boolean stored;
        private boolean kept;

        Broadcast(long id, long since) {
            this.id = id;
            this.since = since;
        }
    }

    private final TableSettings settings;
    private final TableSet tables;
    private final Links links;
    private final RowKeeper keeper;
    private final Effects effects;
    private final List<Token> completed;

    private final TreeSet<Long> audience = new TreeSet<>();
    /** By {@link TableSet#keyOf}. */
    private final LinkedHashMap<Object, Gathered> gathered = new LinkedHashMap<>();

    private final LinkedHashMap<Long, Broadcast> underWay = new LinkedHashMap<>();
    /** The latest broadcast under way of a key. */
    private final Map<Object, Broadcast> byKey = new HashMap<>();

    private long lastId;
    private @Nullable Broadcast storing;
    private boolean storeFailed;
    private long retryAt;
    private long retryPause;

    /**
     * Nothing is under way.
     *
     * @param tables what is newer there goes out in place of a change: the disk's last word must not be an older one
     * @param completed gets the tokens of changes that are done
     */
    Broadcasts(
            TableSettings settings,
            TableSet tables,
            Links links,
            RowKeeper keeper,
            Effects effects,
            List<Token> completed) {
        this.settings = settings;
        this.tables = tables;
        this.links = links;
        this.keeper = keeper;
        this.effects = effects;
        this.completed = completed;
        this.retryPause = settings.retryMillis();
    }

    /** Gathers a change, to leave with {@link #flush}. */
    void change(TableRecord record, @Nullable Token token) {
        Object key = TableSet.keyOf(record);
        Gathered old = gathered.get(key);
        List<Token> tokens = old == null ? new ArrayList<>() : old.tokens();
        if (token != null) {
            tokens.add(token);
        }
        if (old == null || old.record().version().compareTo(record.version()) < 0) {
            gathered.put(key, new Gathered(record, tokens));
        }
    }

    /** Lets {@code token} wait for the latest change of this record's key too; false if none is under way. */
    boolean await(Object key, Token token) {
        Gathered waiting = gathered.get(key);
        if (waiting != null) {
            waiting.tokens().add(token);
            return true;
        }
        Broadcast broadcast = byKey.get(key);
        if (broadcast != null) {
            broadcast.tokens.add(token);
            return true;
        }
        return false;
    }

    /**
     * From now on this node gets every change, and now those under way: what was done before is in the map, which it reads
     * after this.
     */
    void admit(long peer) {
        if (!audience.add(peer)) {
            return;
        }
        for (Broadcast broadcast : underWay.values()) {
            send(broadcast, peer);
        }
    }

    private void send(Broadcast broadcast, long peer) {
        broadcast.waiting.add(peer);
        links.send(peer, new NodeMessage.Changes(broadcast.id, broadcast.records), null);
    }

    /** A node has kept a broadcast. */
    void kept(long peer, long id) {
        Broadcast broadcast = underWay.get(id);
        if (broadcast != null) {
            broadcast.waiting.remove(peer);
            finish(broadcast);
        }
    }

    /** This node has kept a broadcast of its own. */
    void kept(RowKeeper.Waiting.Own own) {
        Broadcast broadcast = underWay.get(own.broadcast());
        if (broadcast != null) {
            broadcast.kept = true;
            finish(broadcast);
        }
    }

    /** Peers may be gone: nobody waits for them. */
    void dropDeparted() {
        audience.removeIf(peer -> !links.isPeer(peer));
        for (Broadcast broadcast : List.copyOf(underWay.values())) {
            if (broadcast.waiting.removeIf(peer -> !links.isPeer(peer))) {
                finish(broadcast);
            }
        }
    }

    /** The map answered. */
    void stored(Input.RecordsStored answer, long time) {
        Broadcast broadcast = storing;
        if (broadcast == null || broadcast.id != answer.store()) {
            return;
        }
        if (!answer.ok()) {
            storeFailed = true;
            retryAt = time + retryPause;
            retryPause = Math.min(retryPause * 2, settings.retryMaxMillis());
            return;
        }
        storing = null;
        storeFailed = false;
        retryPause = settings.retryMillis();
        broadcast.stored = true;
        finish(broadcast);
    }

    private void finish(Broadcast broadcast) {
        if (!broadcast.stored || !broadcast.kept || !broadcast.waiting.isEmpty()) {
            return;
        }
        underWay.remove(broadcast.id);
        for (TableRecord record : broadcast.records) {
            byKey.remove(TableSet.keyOf(record), broadcast);
        }
        completed.addAll(broadcast.tokens);
    }

    /** Tries a failed store again. */
    void tick(long time) {
        dropDeparted();
        if (storing != null && storeFailed && time >= retryAt) {
            storeFailed = false;
            effects.add(new Effect.StoreRecords(storing.id, storing.records));
        }
    }

    /** Sends what was gathered, unless a store is under way or too many broadcasts are. */
    void flush(long time) {
        if (gathered.isEmpty() || storing != null || underWay.size() >= settings.broadcasts()) {
            return;
        }
        Broadcast broadcast = new Broadcast(++lastId, time);
        int bytes = 0;
        Iterator<Map.Entry<Object, Gathered>> entries = gathered.entrySet().iterator();
        while (entries.hasNext()
                && broadcast.records.size() < settings.batchRecords()
                && bytes < settings.batchBytes()) {
            Map.Entry<Object, Gathered> entry = entries.next();
            broadcast.records.add(latest(entry.getValue().record()));
            broadcast.tokens.addAll(entry.getValue().tokens());
            byKey.put(entry.getKey(), broadcast);
            bytes += MessageSize.of(entry.getValue().record());
            entries.remove();
        }
        underWay.put(broadcast.id, broadcast);
        storing = broadcast;
        effects.add(new Effect.StoreRecords(broadcast.id, broadcast.records));
        broadcast.kept = keeper.keep(broadcast.records, new RowKeeper.Waiting.Own(broadcast.id));
        audience.removeIf(peer -> !links.isPeer(peer));
        for (long peer : audience) {
            send(broadcast, peer);
        }
    }

    private TableRecord latest(TableRecord record) {
        TableRecord current = tables.current(record);
        return current == null || current.version().compareTo(record.version()) <= 0 ? record : current;
    }

    /** True if all that was gathered has been sent. */
    boolean isSent() {
        return gathered.isEmpty();
    }

    /** True if something has been under way since {@code time}, steady milliseconds, or longer. */
    boolean isUnderWaySince(long time) {
        return !underWay.isEmpty() && underWay.firstEntry().getValue().since <= time;
    }
}
