package io.lacewing.cluster.hazelcast;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether a node belongs to the members that it has found. One that does not is refused by itself, before it takes any
 * part: if it is of another cluster than the one that serves; or if there are more members that it can't be with than
 * others that it can. While there are some of the former, and not more, they have to go.
 *
 * @param self what this node tells of itself
 * @param others what the other members tell
 * @param clusterId of the cluster that serves; 0 if none does, or it is not known
 */
record Admission(MemberAttributes self, List<MemberAttributes> others, long clusterId) {

    /** Why this node may not take part, for people; null if it may, or it is not known yet. */
    @Nullable
    String refusal() {
        if (self.clusterId() != 0 && clusterId != 0 && self.clusterId() != clusterId) {
            return self.name() + " belongs to the cluster " + hex(self.clusterId()) + ", and " + names(others)
                    + " to the cluster " + hex(clusterId) + OTHER_CLUSTER;
        }
        List<MemberAttributes> against = conflicts();
        int alike = others.size() - against.size();
        if (against.size() <= alike) {
            return null;
        }
        MemberAttributes other = against.getFirst();
        return Stream.of(ofCluster(other), ofFormats(other), ofDurability(other), ofTls(other))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
    }

    /** The members with which this node can't be in one cluster. */
    List<MemberAttributes> conflicts() {
        return others.stream()
                .filter(other -> ofCluster(other) != null
                        || ofFormats(other) != null
                        || ofDurability(other) != null
                        || ofTls(other) != null)
                .toList();
    }

    /** What is odd, and no reason to refuse. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        for (MemberAttributes other : others) {
            if (other.size() != self.size()) {
                warnings.add("cluster.size is " + self.size() + " on " + self.name() + " and " + other.size() + " on "
                        + other.name() + "; it should be the same everywhere");
            }
        }
        return warnings;
    }

    private static final String OTHER_CLUSTER =
            ". If it is to join them, start it with an empty data directory: what it"
                    + " has is lost then. If not, check cluster.name and cluster.discovery";

    private @Nullable String ofCluster(MemberAttributes other) {
        if (self.clusterId() == 0 || other.clusterId() == 0 || self.clusterId() == other.clusterId()) {
            return null;
        }
        return self.name() + " belongs to the cluster " + hex(self.clusterId()) + ", and " + other.name()
                + " to the cluster " + hex(other.clusterId()) + OTHER_CLUSTER;
    }

    private @Nullable String ofFormats(MemberAttributes other) {
        if (self.oldest() <= other.newest() && other.oldest() <= self.newest()) {
            return null;
        }
        return self.name() + " (version " + self.version() + ") speaks the formats " + self.oldest() + " to "
                + self.newest() + ", and " + other.name() + " (version " + other.version() + ") " + other.oldest()
                + " to " + other.newest() + ". Go by way of a version that speaks both";
    }

    private @Nullable String ofDurability(MemberAttributes other) {
        if (self.durable() == other.durable()) {
            return null;
        }
        return "persistence.durability is " + self.durability() + " on " + self.name() + " and " + other.durability()
                + " on " + other.name() + ". It must be the same on all nodes";
    }

    /** They would be members of one cluster, and could not say a word to each other. */
    private @Nullable String ofTls(MemberAttributes other) {
        if (self.authorities().isEmpty() && other.authorities().isEmpty()) {
            return null;
        }
        if (self.authorities().isEmpty() || other.authorities().isEmpty()) {
            boolean own = other.authorities().isEmpty();
            return "cluster.tls is set on " + (own ? self : other).name() + " and not on " + (own ? other : self).name()
                    + ". Set it on all nodes, or on none";
        }
        return Collections.disjoint(self.authorities(), other.authorities())
                ? "no authority is in cluster.tls.ca both on " + self.name() + " and on " + other.name()
                        + ". To change it, give all nodes the old and the new one first"
                : null;
    }

    private static String names(List<MemberAttributes> members) {
        return String.join(
                ", ", members.stream().map(MemberAttributes::name).sorted().toList());
    }

    private static String hex(long clusterId) {
        return Long.toHexString(clusterId);
    }
}
