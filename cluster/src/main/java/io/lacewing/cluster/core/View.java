package io.lacewing.cluster.core;

import io.lacewing.persistence.shard.Shard;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What this node knows of the cluster: who lives and who holds which shard. Replaced as a whole when something changes.
 *
 * @param members all live nodes, this one included, ascending by incarnation
 * @param placements one per shard, by shard number
 */
public record View(List<Member> members, List<Placement> placements) {

    /**
     * One node.
     *
     * @param incarnation unique per process start
     * @param nodeId its name for people
     * @param identity of its data directory, the same for every start on it
     * @param behaviour the newest behaviour of shards that its build knows ({@link Shard#BEHAVIOUR})
     */
    public record Member(long incarnation, String nodeId, long identity, int behaviour) {
        /** A node of this build. */
        public Member(long incarnation, String nodeId, long identity) {
            this(incarnation, nodeId, identity, Shard.BEHAVIOUR);
        }

        /** A node whose data directory is as new as itself. */
        public Member(long incarnation, String nodeId) {
            this(incarnation, nodeId, incarnation);
        }
    }

    /**
     * Where a shard lives.
     *
     * @param owner incarnation of the owner, 0 if there is none now
     * @param backups incarnations of the nodes that hold copies, without the owner
     */
    public record Placement(long owner, List<Long> backups) {
        /** Nobody holds it. */
        public static final Placement NONE = new Placement(0, List.of());
    }

    /** The member of this incarnation; null if there is none. */
    @Nullable
    Member member(long incarnation) {
        for (Member member : members) {
            if (member.incarnation() == incarnation) {
                return member;
            }
        }
        return null;
    }

    /** By which shards are to behave, so that all members make the same of the same ops: the lowest that a member knows. */
    int behaviour() {
        int lowest = Shard.BEHAVIOUR;
        for (Member member : members) {
            lowest = Math.min(lowest, member.behaviour());
        }
        return lowest;
    }

    /** True if a node with this data directory is a member. */
    boolean hasIdentity(long identity) {
        for (Member member : members) {
            if (member.identity() == identity) {
                return true;
            }
        }
        return false;
    }

    /** True if a node of this name is a member. */
    boolean hasName(String nodeId) {
        for (Member member : members) {
            if (member.nodeId().equals(nodeId)) {
                return true;
            }
        }
        return false;
    }

    /** True if a node of this incarnation is a member. */
    public boolean has(long incarnation) {
        return member(incarnation) != null;
    }
}
