package io.lacewing.node;

import io.lacewing.cluster.core.CoreSettings;
import io.lacewing.cluster.core.ShardBudget;
import io.lacewing.node.config.CapabilitiesConfig;
import io.lacewing.node.config.JournalConfig;
import io.lacewing.node.config.LimitsConfig;
import io.lacewing.node.config.MqttConfig;
import io.lacewing.node.config.Netsplit;
import io.lacewing.node.config.NetsplitConfig;
import io.lacewing.node.config.NodeConfig;
import io.lacewing.node.connection.ConnectionLimits;
import io.lacewing.node.connection.Features;
import io.lacewing.node.connection.TopicBounds;
import io.lacewing.node.mqtt.Connack;
import io.lacewing.persistence.journal.Fsync;
import io.lacewing.persistence.journal.JournalSettings;
import io.lacewing.persistence.session.SessionLimits;
import io.lacewing.persistence.shard.ShardLimits;
import io.lacewing.router.Qos;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Makes of the configured limits and capabilities those of the parts. */
final class Limits {
    private static final int MAX_RETAINED_NOTES = 10_000;

    /**
     * A shard moves as one value on a partition's thread: at 32 MB others on that thread wait for about a second
     * (docs/decisions/0001), so no more than this.
     */
    private static final long MAX_SHARD_BYTES = 32L << 20;

    private Limits() {}

    static ConnectionLimits connections(LimitsConfig limits) {
        return new ConnectionLimits(
                limits.connections().maxConnections(),
                limits.entrance().maxConnectionsPerUser(),
                limits.packets().receiveMaximum(),
                limits.sessions().maxInflight(),
                limits.sessions().maxQueuedMessages(),
                limits.sessions().maxSessionBytes(),
                limits.connections().maxPendingBytes(),
                limits.sessions().maxSubscriptions(),
                limits.sessions().maxExpiry().toSeconds(),
                Math.toIntExact(limits.connections().maxKeepAlive().toSeconds()),
                limits.connections().connectTimeout().toMillis(),
                new TopicBounds(
                        limits.packets().maxTopicLevels(), limits.packets().maxTopicLength()),
                limits.packets().maxClientIdLength(),
                limits.packets().maxFiltersPerSubscribe(),
                limits.maxRetainedMessages(),
                limits.effectiveRetainedBytes(),
                limits.sessions().queuePolicy(),
                limits.rates());
    }

    static Features features(MqttConfig mqtt) {
        CapabilitiesConfig can = mqtt.capabilities();
        return new Features(
                new Connack.Capabilities(
                        Qos.of(can.maximumQos()),
                        can.retainAvailable(),
                        can.wildcardSubscriptions(),
                        can.subscriptionIdentifiers(),
                        can.sharedSubscriptions()),
                mqtt.reportNoMatchingSubscribers(),
                mqtt.payloadFormatValidation(),
                mqtt.responseInformation(),
                mqtt.serverReference());
    }

    static CoreSettings core(NodeConfig config) {
        CoreSettings usual = CoreSettings.DEFAULT;
        OptionalInt minCopies = config.persistence().copies().minCopies();
        NetsplitConfig netsplit = config.cluster().netsplit();
        return new CoreSettings(
                usual.shards(),
                minCopies.orElse(usual.minCopies()),
                usual.bounds()
                        .withRetained(
                                config.limits().maxRetainedMessages(),
                                config.limits().effectiveRetainedBytes())
                        .withHeldDeliveries(heldDeliveries(config.limits().sessions())),
                usual.times(),
                new CoreSettings.Cluster(
                        config.cluster().enabled() ? config.cluster().size() : 1,
                        netsplit.policy() == Netsplit.KEEP_SERVING,
                        minCopies.isPresent(),
                        netsplit.pauseAfter().toMillis(),
                        usual.cluster().pulse()),
                new ShardBudget(
                        shards(config.limits()),
                        config.limits().effectiveQueuedBytesPerNode(),
                        config.persistence().copies().replicas()));
    }

    /** How the journal is kept; null if there is none, as the node keeps all in memory. */
    static @Nullable JournalSettings journal(Path dir, JournalConfig journal) {
        if (!journal.isDurable()) {
            return null;
        }
        Fsync fsync = switch (journal.fsync()) {
            case ALWAYS -> Fsync.ALWAYS;
            case INTERVAL -> Fsync.INTERVAL;
            case NEVER -> Fsync.NEVER;
        };
        JournalSettings usual = JournalSettings.of(dir, fsync, journal.maxDiskSize());
        return new JournalSettings(dir, fsync, journal.fsyncInterval(), usual.maxBytes(), usual.segmentBytes());
    }

    /** What the first batch of a connection may bring: nothing at QoS 0 is asked for again, so all of that must find room. */
    private static int heldDeliveries(io.lacewing.node.config.SessionLimits sessions) {
        int usual = CoreSettings.Bounds.DEFAULT.heldDeliveries();
        return sessions.queueQos0() ? usual + sessions.maxQueuedMessages() : usual;
    }

    static ShardLimits shards(LimitsConfig limits) {
        return new ShardLimits(
                new SessionLimits(
                        limits.sessions().maxQueuedMessages(),
                        limits.sessions().maxSessionBytes(),
                        limits.sessions().maxInflight(),
                        limits.connections().maxPendingBytes(),
                        limits.sessions().queuePolicy(),
                        limits.sessions().queueQos0()),
                limits.sessions().maxSubscriptions(),
                MAX_RETAINED_NOTES,
                MAX_SHARD_BYTES);
    }
}
