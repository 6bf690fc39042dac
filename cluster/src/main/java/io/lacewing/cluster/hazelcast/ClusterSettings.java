package io.lacewing.cluster.hazelcast;

import java.time.Duration;
import java.util.SortedSet;

/**
 * What this node must know to find and join its cluster.
 *
 * @param clusterName only members of the same name join each other
 * @param nodeId what people call this node
 * @param incarnation this start of this process; unique among all starts of all nodes, not 0
 * @param bind where the members' connections are accepted; a port of 0 is not possible, as others must know it
 * @param discovery how other members are found
 * @param size how many members must be present before a new cluster is born; at least 1
 * @param replicas how many copies each shard and table has, the owner's included, 2 to 7
 * @param silence after how long without a heartbeat a member is removed
 * @param backupTimeout after how long an operation whose backups don't answer counts as indeterminate
 * @param attempt how long one attempt to join may take, before the next begins; more than the others need to agree
 * @param profile what the others are shown
 */
public record ClusterSettings(
        String clusterName,
        String nodeId,
        long incarnation,
        Endpoint bind,
        Discovery discovery,
        int size,
        int replicas,
        Duration silence,
        Duration backupTimeout,
        Duration attempt,
        MemberProfile profile) {

    /** Checks the bounds; an option out of them is a mistake of its writer, told at once. */
    public ClusterSettings {
        if (incarnation == 0) {
            throw new IllegalArgumentException("an incarnation is never 0");
        }
        if (size < 1) {
            throw new IllegalArgumentException("cluster.size must be at least 1, is " + size);
        }
        if (replicas < 2 || replicas > 7) {
            throw new IllegalArgumentException("persistence.replicas must be 2 to 7, is " + replicas);
        }
        if (silence.compareTo(Duration.ofSeconds(3)) < 0) {
            throw new IllegalArgumentException("a member must be allowed 3 seconds of silence, not " + silence);
        }
    }

    /** The usual bounds of time: 5 s of silence, 15 s for backups, 30 s for an attempt to join; two copies; a data directory that is new. */
    public static ClusterSettings of(
            String clusterName, String nodeId, long incarnation, Endpoint bind, Discovery discovery, int size) {
        return new ClusterSettings(
                clusterName,
                nodeId,
                incarnation,
                bind,
                discovery,
                size,
                2,
                Duration.ofSeconds(5),
                Duration.ofSeconds(15),
                Duration.ofSeconds(30),
                MemberProfile.fresh(incarnation));
    }

    /** These with so many copies in all. */
    public ClusterSettings withReplicas(int copies) {
        return new ClusterSettings(
                clusterName,
                nodeId,
                incarnation,
                bind,
                discovery,
                size,
                copies,
                silence,
                backupTimeout,
                attempt,
                profile);
    }

    /** These with so long a silence before a member is removed; whole seconds. */
    public ClusterSettings withSilence(Duration howLong) {
        return new ClusterSettings(
                clusterName,
                nodeId,
                incarnation,
                bind,
                discovery,
                size,
                replicas,
                howLong,
                backupTimeout,
                attempt,
                profile);
    }

    /** These of a program of this version. */
    public ClusterSettings withVersion(String version) {
        return withProfile(new MemberProfile(
                profile.identity(), profile.voters(), profile.durable(), version, profile.authorities()));
    }

    /** These of a node that talks by TLS to nodes of these authorities; none: without TLS. */
    public ClusterSettings withAuthorities(SortedSet<String> authorities) {
        return withProfile(new MemberProfile(
                profile.identity(), profile.voters(), profile.durable(), profile.version(), authorities));
    }

    /** These of a node that shows this. */
    ClusterSettings withProfile(MemberProfile shown) {
        return new ClusterSettings(
                clusterName,
                nodeId,
                incarnation,
                bind,
                discovery,
                size,
                replicas,
                silence,
                backupTimeout,
                attempt,
                shown);
    }
}
