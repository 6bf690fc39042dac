package io.lacewing.cluster.hazelcast;

import java.time.Duration;

/**
 * What this node must know to find and join its cluster.
 *
 * @param clusterName only members of the same name join each other
 * @param nodeId what people call this node
 * @param incarnation this start of this process; unique among all starts of all nodes, not 0
 * @param bind where the members' connections are accepted; a port of 0 is not possible, as others must know it
 * @param discovery how other members are found
 * @param size how many members must be present before a new cluster is born; at least 1
 * @param backups how many copies besides the owner's each shard and table has, 1 to 6
 * @param silence after how long without a heartbeat a member is removed
 * @param backupTimeout after how long an operation whose backups don't answer counts as indeterminate
 */
public record ClusterSettings(
        String clusterName,
        String nodeId,
        long incarnation,
        Endpoint bind,
        Discovery discovery,
        int size,
        int backups,
        Duration silence,
        Duration backupTimeout) {

    /** Checks the bounds; an option out of them is a mistake of its writer, told at once. */
    public ClusterSettings {
        if (incarnation == 0) {
            throw new IllegalArgumentException("an incarnation is never 0");
        }
        if (size < 1) {
            throw new IllegalArgumentException("cluster.size must be at least 1, is " + size);
        }
        if (backups < 1 || backups > 6) {
            throw new IllegalArgumentException("persistence.replicas must be 1 to 6, is " + backups);
        }
        if (silence.compareTo(Duration.ofSeconds(3)) < 0) {
            throw new IllegalArgumentException("a member must be allowed 3 seconds of silence, not " + silence);
        }
    }

    /** The usual bounds of time: 5 s of silence, 15 s for backups; one backup. */
    public static ClusterSettings of(
            String clusterName, String nodeId, long incarnation, Endpoint bind, Discovery discovery, int size) {
        return new ClusterSettings(
                clusterName,
                nodeId,
                incarnation,
                bind,
                discovery,
                size,
                1,
                Duration.ofSeconds(5),
                Duration.ofSeconds(15));
    }
}
