package io.lacewing.cluster.hazelcast;

import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.config.SerializationConfig;
import com.hazelcast.spi.merge.DiscardMergePolicy;
import java.util.List;

/** The configuration of the Hazelcast member: all of it is here, no file is read. */
final class MemberConfiguration {
    /** As many partitions as shards; 271 is Hazelcast's own default too. */
    static final int SHARDS = 271;

    static final String SESSIONS = "sessions";
    static final String ROUTES = "routes";
    static final String RETAINED = "retained";

    /** One entry, {@link #CLUSTER_ID}, from when a cluster has an id. */
    static final String CLUSTER = "cluster";

    static final String CLUSTER_ID = "id";

    /** Where each incarnation is on the event bus: see {@link PeerDirectory}. */
    static final String ADDRESSES = "addresses";

    /** Vert.x's cluster manager wants the name of its node here when the member was started by someone else. */
    static final String VERTX_NODE = "__vertx.nodeId";

    /** Longer than any operation of ours waits for its turn, and shorter than people do. */
    private static final int CALL_MILLIS = 10_000;

    private static final int WHOLE_DAY_SECONDS = 86_400;

    /** Beside the JDK's, arrays and Hazelcast's own: exceptions of ours, and what Vert.x keeps of its nodes. */
    private static final String[] KNOWN_CLASSES = {"io.lacewing.", "io.vertx.spi.cluster.hazelcast."};

    private MemberConfiguration() {}

    /** All but where the other members are: see {@link #setMembers}. */
    static Config of(ClusterSettings settings, ReplicaHost host) {
        Config config = new Config();
        config.setClusterName(settings.clusterName());
        config.setInstanceName(null);
        MemberAttributes.of(settings).writeTo(config.getMemberAttributeConfig());
        config.getMemberAttributeConfig().setAttribute(VERTX_NODE, Long.toString(settings.incarnation()));
        properties(config, settings);
        network(config.getNetworkConfig(), settings);
        maps(config, settings.replicas() - 1);
        ShardSerializers.register(config.getSerializationConfig(), host);
        TableSerializers.register(config.getSerializationConfig());
        filter(config.getSerializationConfig());
        config.getMetricsConfig().setEnabled(false);
        return config;
    }

    /**
     * Of what names its own class on the wire only that is made which members send each other, exceptions above all: our
     * objects have serializers of their own. So bytes from a stranger can't make an object of any class that happens to be
     * there. Hazelcast's own lists, of the JDK's classes and of those that are known for misuse, hold as well.
     */
    static void filter(SerializationConfig config) {
        JavaSerializationFilterConfig filter = new JavaSerializationFilterConfig();
        filter.getWhitelist().addPrefixes(KNOWN_CLASSES);
        config.setJavaSerializationFilterConfig(filter);
    }

    private static void properties(Config config, ClusterSettings settings) {
        config.setProperty("hazelcast.logging.type", "slf4j");
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.shutdownhook.enabled", "false");
        config.setProperty("hazelcast.socket.bind.any", "false");
        config.setProperty("hazelcast.partition.count", Integer.toString(SHARDS));
        config.setProperty("hazelcast.heartbeat.interval.seconds", "1");
        config.setProperty(
                "hazelcast.max.no.heartbeat.seconds",
                Long.toString(settings.silence().toSeconds()));
        config.setProperty("hazelcast.operation.fail.on.indeterminate.state", "true");
        config.setProperty(
                "hazelcast.operation.backup.timeout.millis",
                Long.toString(settings.backupTimeout().toMillis()));
        // What was on its way over a connection that broke is lost, and noticed when twice this has passed; what runs
        // for
        // longer says so and is waited for.
        config.setProperty("hazelcast.operation.call.timeout.millis", Long.toString(CALL_MILLIS));
        // A member joins at once if it can: what to wait for, ClusterFormation knows.
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        // An attempt ends then, if someone accepts connections and does not answer.
        config.setProperty(
                "hazelcast.max.join.seconds", Long.toString(settings.attempt().toSeconds()));
        // Two clusters that meet are put together by ClusterFormation before they serve, by the netsplit policy after.
        // Hazelcast's own merge would restart a member under the same incarnation.
        config.setProperty("hazelcast.merge.first.run.delay.seconds", Integer.toString(WHOLE_DAY_SECONDS));
        config.setProperty("hazelcast.merge.next.run.delay.seconds", Integer.toString(WHOLE_DAY_SECONDS));
    }

    private static void network(NetworkConfig network, ClusterSettings settings) {
        network.setPort(settings.bind().port()).setPortAutoIncrement(false);
        network.setPublicAddress(settings.bind().toString());
        network.getInterfaces().setEnabled(true).addInterface(settings.bind().host());
        JoinConfig join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(true).setConnectionTimeoutSeconds(2);
    }

    /**
     * The list is read by Hazelcast each time it tries to join. It is given addresses: of a name it would take those alone
     * that are on the same interface as its own.
     */
    static void setMembers(NetworkConfig network, List<Endpoint> members) {
        network.getJoin()
                .getTcpIpConfig()
                .setMembers(members.stream()
                        .flatMap(member -> member.resolved().stream())
                        .map(Endpoint::toString)
                        .distinct()
                        .toList());
    }

    private static void maps(Config config, int backups) {
        for (String name : List.of(SESSIONS, ROUTES, RETAINED, CLUSTER)) {
            config.addMapConfig(new MapConfig(name)
                    .setInMemoryFormat(InMemoryFormat.OBJECT)
                    .setBackupCount(backups)
                    .setAsyncBackupCount(0)
                    .setStatisticsEnabled(false)
                    .setMergePolicyConfig(discard()));
        }
        config.addMapConfig(new MapConfig(ADDRESSES).setBackupCount(backups).setMergePolicyConfig(discard()));
    }

    private static MergePolicyConfig discard() {
        return new MergePolicyConfig().setPolicy(DiscardMergePolicy.class.getName());
    }
}
