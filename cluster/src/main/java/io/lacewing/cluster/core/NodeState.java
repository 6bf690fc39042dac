package io.lacewing.cluster.core;

import java.util.List;

/**
 * What a node keeps of itself and of the register of voters. Saved before anybody is told of it.
 *
 * @param identity of the data directory, not 0
 * @param promised the highest ballot that this node promised to, so that it takes part in none below it
 * @param accepted the ballot of {@code voters}
 * @param voters the value that this node accepted last
 * @param learned the latest value that this node knows to be the cluster's
 * @param givenUp the incarnations that this node answers no more, the latest of them
 */
public record NodeState(
        long identity, Ballot promised, Ballot accepted, Voters voters, Voters learned, List<Long> givenUp) {

    /**
     * One attempt to change the register.
     *
     * @param number the higher one wins
     * @param node the identity of who made it: no two attempts are equal
     */
    public record Ballot(long number, long node) implements Comparable<Ballot> {
        /** Below all others. */
        public static final Ballot NONE = new Ballot(0, 0);

        @Override
        public int compareTo(Ballot other) {
            int byNumber = Long.compare(number, other.number);
            return byNumber != 0 ? byNumber : Long.compareUnsigned(node, other.node);
        }
    }

    /** Of a data directory that was never used. */
    public static NodeState of(long identity) {
        return new NodeState(identity, Ballot.NONE, Ballot.NONE, Voters.NONE, Voters.NONE, List.of());
    }
}
