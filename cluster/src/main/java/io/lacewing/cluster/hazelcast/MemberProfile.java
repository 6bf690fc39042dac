package io.lacewing.cluster.hazelcast;

import io.lacewing.cluster.core.Voters;

/**
 * What a node shows the others of itself when it joins.
 *
 * @param identity of its data directory
 * @param voters the last that it knows of; {@link Voters#NONE} if it never was in a cluster
 * @param durable true if it keeps sessions and tables on its disk
 * @param version of the program, for people; empty if nobody asks
 */
public record MemberProfile(long identity, Voters voters, boolean durable, String version) {

    /** Of a node whose data directory is as new as itself, and that keeps nothing in it. */
    public static MemberProfile fresh(long identity) {
        return new MemberProfile(identity, Voters.NONE, false, "");
    }
}
