package io.lacewing.cluster.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whose majority decides for the cluster. Changed by one voter at a time, each change with the next version; only an
 * operator's order changes more at once, and skips many versions.
 *
 * @param clusterId given at the cluster's birth, for ever; 0 before it
 * @param version 0 before the birth
 * @param members ascending by identity
 */
public record Voters(long clusterId, long version, List<Voter> members) {
    /** Before the cluster's birth. */
    public static final Voters NONE = new Voters(0, 0, List.of());

    /** By so much the version grows when an operator names the voters: more than whoever is cut off gets to. */
    static final long FORCED = 1_000_000;

    /**
     * One voter.
     *
     * @param nodeId its name for people
     * @param identity of its data directory
     */
    public record Voter(String nodeId, long identity) {
        static Voter of(View.Member member) {
            return new Voter(member.nodeId(), member.identity());
        }
    }

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

    /** True if the cluster is born. */
    boolean isBorn() {
        return version > 0;
    }

    /** How many of these data directories have a vote. */
    int count(Set<Long> identities) {
        int count = 0;
        for (Voter voter : members) {
            count += identities.contains(voter.identity()) ? 1 : 0;
        }
        return count;
    }

    /** True if these data directories are a majority. */
    boolean isMajority(Set<Long> identities) {
        return count(identities) >= majority();
    }

    /** True if all voters are among these data directories. */
    boolean isAll(Set<Long> identities) {
        return count(identities) == members.size();
    }

    /** The next version, with one more voter. */
    Voters with(Voter voter) {
        List<Voter> more = new ArrayList<>(members);
        more.add(voter);
        return new Voters(clusterId, version + 1, sorted(more));
    }

    /** The next version, with one voter less. */
    Voters without(long identity) {
        List<Voter> fewer = new ArrayList<>(members);
        fewer.removeIf(voter -> voter.identity() == identity);
        return new Voters(clusterId, version + 1, fewer);
    }

    /** In the order of identities. */
    static List<Voter> sorted(List<Voter> voters) {
        return voters.stream().sorted(Comparator.comparingLong(Voter::identity)).toList();
    }

    /** The names, for people. */
    static String names(List<Voter> voters) {
        return voters.stream().map(Voter::nodeId).sorted().collect(Collectors.joining(", "));
    }
}
