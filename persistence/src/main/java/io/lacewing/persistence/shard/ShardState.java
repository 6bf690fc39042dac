package io.lacewing.persistence.shard;

import io.lacewing.persistence.codec.SharedParts;
import io.lacewing.persistence.session.Session;
import io.lacewing.router.Message;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a shard is made of. The parts that apply ops share it; {@link Snapshots} writes it down. */
final class ShardState {
    final int shard;
    ShardLimits limits;

    long epoch;
    /** Who submitted the batch that began the epoch, and so all others of it. */
    long owner;

    long sequence;
    long hash;
    long time;
    long attachEpochs;
    long ordinals;

    final Outbox outbox = new Outbox();
    final Subscribers subscribers = new Subscribers(outbox);
    final Origins origins = new Origins();
    final Deadlines deadlines = new Deadlines();
    final MessageLedger ledger;
    final SharedParts parts = new SharedParts();
    final Room room = new Room(this);

    /** Of the batch of the moment; no part of what is kept. */
    int behaviour = Shard.BEHAVIOUR;

    /** In the order in which the records were made, which is that of their ordinals. */
    private final Map<String, ClientRecord> clients = new LinkedHashMap<>();

    private long clientBytes;
    private int sessions;
    private int connected;

    ShardState(int shard, ShardLimits limits) {
        this.shard = shard;
        this.limits = limits;
        ledger = new MessageLedger(limits.session());
    }

    /** Other bounds from now on. */
    void limit(ShardLimits other) {
        limits = other;
        ledger.limit(other.session());
    }

    @Nullable
    ClientRecord client(String clientId) {
        return clients.get(clientId);
    }

    /** All outbox ids and attach epochs given out from now on are greater than {@code number}. */
    void numberFrom(long number) {
        attachEpochs = Math.max(attachEpochs, number);
        outbox.numberFrom(number);
    }

    /** The record of a client id if the attach epoch is the current one, else null. */
    @Nullable
    ClientRecord attached(String clientId, long attachEpoch) {
        ClientRecord record = clients.get(clientId);
        return record != null && record.isConnected() && record.epoch == attachEpoch ? record : null;
    }

    Collection<ClientRecord> clients() {
        return clients.values();
    }

    /** A copy that may be changed under way. */
    List<ClientRecord> allClients() {
        return new ArrayList<>(clients.values());
    }

    void add(ClientRecord record) {
        clients.put(record.clientId, record);
        count(record, 1);
        clientBytes += ClientRecord.bytes(record.clientId, record.will);
        record.subscriptions.keySet().forEach(filter -> charge(ClientRecord.bytes(filter)));
    }

    void remove(ClientRecord record) {
        clients.remove(record.clientId);
        count(record, -1);
        deadlines.remove(record);
        room.follow(record);
        clientBytes -= ClientRecord.bytes(record.clientId, record.will);
        record.subscriptions.keySet().forEach(filter -> charge(-ClientRecord.bytes(filter)));
    }

    private void count(ClientRecord record, int change) {
        if (record.session != null) {
            sessions += change;
            connected += record.isConnected() ? change : 0;
        }
    }

    /** A record of the shard is connected, or no longer. */
    void connect(ClientRecord record, @Nullable ConnectionId connection) {
        count(record, -1);
        record.connection = connection;
        count(record, 1);
    }

    /** What waits in the record's session may have changed. */
    void followQueue(ClientRecord record) {
        room.follow(record);
        Session session = record.session;
        if (session != null && session.sweepAt() != record.sweepAt) {
            record.sweepAt = session.sweepAt();
            deadlines.update(record);
        }
    }

    /** How much there is. */
    ShardStats stats() {
        return new ShardStats(
                sessions,
                connected,
                ledger.queued(),
                ledger.inflight(),
                ledger.nearlyFull(),
                isNearlyFull() ? 1 : 0,
                bytes());
    }

    void setWill(ClientRecord record, @Nullable Will will) {
        clientBytes -= ClientRecord.bytes(record.clientId, record.will);
        record.will = will;
        clientBytes += ClientRecord.bytes(record.clientId, will);
    }

    /** Bytes that records cost more, or less. */
    void charge(long bytes) {
        clientBytes += bytes;
    }

    /** About how many bytes the shard holds: what {@link ShardLimits#maxBytes} bounds. */
    long bytes() {
        return clientBytes + ledger.bytes() + outbox.bytes();
    }

    /** True if the shard takes nothing new without making room. */
    boolean isFull() {
        return bytes() >= limits.maxBytes();
    }

    /** True if the shard is more than 80 % full. */
    private boolean isNearlyFull() {
        return bytes() > limits.maxBytes() / 5 * 4;
    }

    /** True if there is room for something of this size, made now if need be. */
    boolean takes(long size) {
        return behaviour < Shard.MAKES_ROOM ? !isFull() : room.isThereFor(size);
    }

    /**
     * The message as an object of the shard's own. Which messages are one object shows in a snapshot, so it must come
     * from the ops alone and not from what else the caller does with its objects. The arrays stay shared.
     */
    Message own(Message message) {
        return withExpiry(message, message.expiresAt());
    }

    Message withExpiry(Message message, long expiresAt) {
        return parts.copy(message, expiresAt);
    }
}
