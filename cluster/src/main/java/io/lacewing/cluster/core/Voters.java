package io.lacewing.cluster.core;

import java.util.List;

/**
 * Whose majority decides for the cluster. Changed by one voter at a time, each change with the next version.
 *
 * @param clusterId given at the cluster's birth, for ever; 0 before it
 * @param version 0 before the birth
 * @param members ascending by identity
 */
public record Voters(long clusterId, long version, List<Voter> members) {
    /** Before the cluster's birth. */
    public static final Voters NONE = new Voters(0, 0, List.of());

    /**
     * One voter.
     *
     * @param nodeId its name for people
     * @param identity of its data directory
     */
    public record Voter(String nodeId, long identity) {}

    /** How many make a majority; one more than there are if there are no voters, so that nobody has it. */
    public int majority() {
        return members.size() / 2 + 1;
    }

    /** True if this data directory has a vote. */
    public boolean has(long identity) {
        for (Voter voter : members) {
            if (voter.identity() == identity) {
                return true;
            }
        }
        return false;
    }
}
