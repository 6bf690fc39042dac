package io.lacewing.cluster.core;

import io.lacewing.cluster.core.Effect.Event;
import io.lacewing.cluster.core.NodeMessage.Deliveries;
import io.lacewing.persistence.shard.Delivery;
import io.lacewing.persistence.shard.OpResult;
import io.lacewing.persistence.shard.ShardOp;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections of this node to persistent sessions, and how far each has got with its numbered deliveries.
 *
 * <p>A delivery may come early (the attach is not answered yet: held up to a bound, beyond it asked for again; QoS 0,
 * which can't be asked for, is dropped), twice (dropped), after a gap (dropped, and asked
 * for again from the missing one on) or not at all. The last can happen only when the shard's owner changes or begins
 * anew, as links lose nothing; then all that follows is asked for again, too.
 */
final class Attachments {
    private static final long UNKNOWN = -1;

    private final CoreSettings settings;
    private final Now now;
    private final ShardClient client;
    private final Effects effects;
    /** For each shard the latest epoch from which deliveries came. */
    private final long[] epochs;

    private final Map<Long, Attachment> byConnection = new LinkedHashMap<>();
    private final Map<String, Attachment> byClient = new HashMap<>();
    /** Those that want deliveries again, in the order in which they came to want it. */
    private final Set<Attachment> wanting = new LinkedHashSet<>();

    /** One connection; epoch {@link #UNKNOWN} until its attach is answered. */
    private static final class Attachment {
        final String clientId;
        final int shard;
        final long connection;
        final ArrayDeque<Delivery> held = new ArrayDeque<>();
        long epoch = UNKNOWN;
        long next = 1;
        long askedAt = Long.MIN_VALUE;
        /**
         * While the attach was unanswered, the owner changed (the answer may be a repetition, its deliveries lost), or more
         * came than may be held.
         */
        boolean lost;

        Attachment(String clientId, int shard, long connection) {
            this.clientId = clientId;
            this.shard = shard;
            this.connection = connection;
        }
    }

    Attachments(CoreSettings settings, Now now, ShardClient client, Effects effects) {
        this.settings = settings;
        this.now = now;
        this.client = client;
        this.effects = effects;
        this.epochs = new long[settings.shards()];
    }

    /** An attach has been asked for. */
    void attaching(String clientId, int shard, long connection) {
        byConnection.put(connection, new Attachment(clientId, shard, connection));
    }

    /** The attach was answered, and the connection told so: what was held goes out. */
    void attached(long connection, OpResult result) {
        Attachment attachment = byConnection.get(connection);
        if (attachment == null) {
            return;
        }
        if (!(result instanceof OpResult.Attached attached) || !attached.persistent()) {
            remove(attachment);
            return;
        }
        attachment.epoch = attached.epoch();
        Attachment older = byClient.put(attachment.clientId, attachment);
        if (older != null && older != attachment) {
            byConnection.remove(older.connection);
            wanting.remove(older);
        }
        List<Delivery> held = new ArrayList<>(attachment.held);
        attachment.held.clear();
        for (Delivery delivery : held) {
            deliver(attachment, delivery);
        }
        if (attachment.lost) {
            want(attachment);
        }
    }

    /** The connection ends: nothing more goes to it. */
    void detached(String clientId, long epoch) {
        Attachment attachment = byClient.get(clientId);
        if (attachment != null && attachment.epoch == epoch) {
            remove(attachment);
        }
    }

    /** The connection is closed as its client is connected elsewhere. */
    void closed(long connection) {
        Attachment attachment = byConnection.get(connection);
        if (attachment != null) {
            remove(attachment);
        }
    }

    private void remove(Attachment attachment) {
        byConnection.remove(attachment.connection);
        byClient.remove(attachment.clientId, attachment);
        wanting.remove(attachment);
    }

    /** How many connections there are. */
    int size() {
        return byConnection.size();
    }

    /**
     * Deliveries came. They are taken only from the owner that the view names: what a former owner sent may come late, and
     * QoS 0, which has no numbers, would come out of order. As the shard may have come back to a former owner, QoS 0 is not
     * taken either after something of a later epoch. Numbered ones that are dropped are asked for again, as the owner
     * changes.
     */
    void deliver(long from, View view, Deliveries deliveries) {
        int shard = deliveries.shard();
        if (view.placements().get(shard).owner() != from) {
            return;
        }
        boolean late = deliveries.epoch() < epochs[shard];
        epochs[shard] = Math.max(epochs[shard], deliveries.epoch());
        for (Delivery delivery : deliveries.deliveries()) {
            if (!late || delivery.number() > 0) {
                deliver(delivery);
            }
        }
    }

    private void deliver(Delivery delivery) {
        Attachment attachment = byConnection.get(delivery.connection().number());
        if (attachment == null) {
            return;
        }
        if (attachment.epoch != UNKNOWN) {
            deliver(attachment, delivery);
        } else if (attachment.held.size() < settings.bounds().heldDeliveries()) {
            attachment.held.add(delivery);
        } else if (delivery.number() != 0) {
            attachment.lost = true;
        } else {
            effects.add(new Effect.Note(Event.FORWARD_DROPPED, 1, "QoS 0 to a client that is still connecting"));
        }
    }

    private void deliver(Attachment attachment, Delivery delivery) {
        if (delivery.epoch() != attachment.epoch) {
            return;
        }
        long number = delivery.number();
        if (number == 0) {
            effects.add(new Effect.Deliver(delivery));
        } else if (number == attachment.next) {
            attachment.next++;
            effects.add(new Effect.Deliver(delivery));
        } else if (number > attachment.next) {
            want(attachment);
        }
    }

    /** The owner of a shard is another one, or has begun anew: deliveries may be lost. */
    void ownerChanged(int shard) {
        for (Attachment attachment : byConnection.values()) {
            if (attachment.shard == shard) {
                doubt(attachment);
            }
        }
    }

    /** As {@link #ownerChanged(int)} for all shards whose owner differs between two views. */
    void viewChanged(@Nullable View before, View after) {
        if (before == null) {
            return;
        }
        for (Attachment attachment : byConnection.values()) {
            long old = before.placements().get(attachment.shard).owner();
            if (old != after.placements().get(attachment.shard).owner()) {
                doubt(attachment);
            }
        }
    }

    private void doubt(Attachment attachment) {
        if (attachment.epoch == UNKNOWN) {
            attachment.lost = true;
        } else {
            want(attachment);
        }
    }

    private void want(Attachment attachment) {
        if (!ask(attachment)) {
            wanting.add(attachment);
        }
    }

    private boolean ask(Attachment attachment) {
        if (attachment.askedAt != Long.MIN_VALUE
                && now.steady() - attachment.askedAt < settings.times().redeliver()) {
            return false;
        }
        attachment.askedAt = now.steady();
        client.submit(
                attachment.shard, new ShardOp.Redeliver(attachment.clientId, attachment.epoch, attachment.next), null);
        return true;
    }

    /** Time passes: those that had to wait may ask again. */
    void tick() {
        wanting.removeIf(this::ask);
    }
}
