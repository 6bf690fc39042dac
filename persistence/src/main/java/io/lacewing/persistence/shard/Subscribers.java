package io.lacewing.persistence.shard;

import io.lacewing.router.Subscription;
import io.lacewing.router.SubscriptionTrie;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Who in the shard subscribes to what, and which routes to the shard follow from it: a plain filter's route comes with
 * its first subscriber and goes with its last, a shared filter's changes with its members' counts.
 */
final class Subscribers {
    private final Outbox outbox;
    private final Map<TopicFilter, ShareGroupMembers> groups = new HashMap<>();
    private SubscriptionTrie<ClientRecord, Subscription> plain = SubscriptionTrie.empty();

    Subscribers(Outbox outbox) {
        this.outbox = outbox;
    }

    /** Adds or replaces a subscription of the record. */
    void put(ClientRecord record, Subscription subscription, long epoch) {
        TopicFilter filter = subscription.filter();
        if (filter.isShared()) {
            ShareGroupMembers group = groups.computeIfAbsent(filter, f -> new ShareGroupMembers());
            int members = group.online() + group.offline();
            group.put(record, subscription);
            if (group.online() + group.offline() > members) {
                announce(filter, group, epoch);
            }
        } else {
            boolean first = plain.subscribers(filter).isEmpty();
            plain = plain.with(filter, record, subscription);
            if (first) {
                outbox.route(epoch, filter, record.isConnected() ? 1 : 0, record.isConnected() ? 0 : 1);
            }
        }
    }

    /** Removes the record from a filter to which it subscribes. */
    void remove(ClientRecord record, TopicFilter filter, long epoch) {
        if (filter.isShared()) {
            ShareGroupMembers group = groups.get(filter);
            if (group != null) {
                group.remove(record);
                announce(filter, group, epoch);
                if (group.isEmpty()) {
                    groups.remove(filter);
                }
            }
        } else {
            plain = plain.without(filter, record);
            if (plain.subscribers(filter).isEmpty()) {
                outbox.route(epoch, filter, 0, 0);
            }
        }
    }

    /** The record has just come online or gone offline: its groups' counts change. */
    void moved(ClientRecord record, long epoch) {
        for (Subscription subscription : record.subscriptions.values()) {
            TopicFilter filter = subscription.filter();
            ShareGroupMembers group = filter.isShared() ? groups.get(filter) : null;
            if (group != null) {
                group.remove(record);
                group.put(record, subscription);
                announce(filter, group, epoch);
            }
        }
    }

    /** Visits each plain subscription that covers the topic. */
    void match(TopicName topic, BiConsumer<ClientRecord, Subscription> visitor) {
        plain.match(topic, visitor);
    }

    /** The members of a share group, or null if the shard has none. */
    @Nullable
    ShareGroupMembers group(TopicFilter filter) {
        return groups.get(filter);
    }

    /** The share groups in an order that depends on nothing but their names. */
    Map<TopicFilter, ShareGroupMembers> groupsInOrder() {
        Map<TopicFilter, ShareGroupMembers> sorted =
                new TreeMap<>((TopicFilter a, TopicFilter b) -> a.value().compareTo(b.value()));
        sorted.putAll(groups);
        return sorted;
    }

    /** Puts back a subscription from a snapshot: its route is known already. */
    void restore(ClientRecord record, Subscription subscription) {
        TopicFilter filter = subscription.filter();
        if (filter.isShared()) {
            groups.computeIfAbsent(filter, f -> new ShareGroupMembers()).put(record, subscription);
        } else {
            plain = plain.with(filter, record, subscription);
        }
    }

    /** Owes the routes of all filters once more. {@code records} are those of the shard, in their order. */
    void reannounce(Collection<ClientRecord> records, long epoch) {
        Set<TopicFilter> done = new HashSet<>();
        for (ClientRecord record : records) {
            for (TopicFilter filter : record.subscriptions.keySet()) {
                if (!done.add(filter)) {
                    continue;
                }
                ShareGroupMembers group = filter.isShared() ? groups.get(filter) : null;
                if (group != null) {
                    announce(filter, group, epoch);
                } else {
                    outbox.route(epoch, filter, record.isConnected() ? 1 : 0, record.isConnected() ? 0 : 1);
                }
            }
        }
    }

    private void announce(TopicFilter filter, ShareGroupMembers group, long epoch) {
        outbox.route(epoch, filter, group.online(), group.offline());
    }
}
