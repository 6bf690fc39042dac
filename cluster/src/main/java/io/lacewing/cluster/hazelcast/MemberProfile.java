package io.lacewing.cluster.hazelcast;

import io.lacewing.cluster.core.Voters;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a node shows the others of itself when it joins.
 *
 * @param identity of its data directory
 * @param voters the last that it knows of; {@link Voters#NONE} if it never was in a cluster
 * @param durable true if it keeps sessions and tables on its disk
 * @param version of the program, for people; empty if nobody asks
 * @param authorities what stands for each authority whose nodes it talks to by TLS; empty: it talks without TLS
 */
public record MemberProfile(
        long identity, Voters voters, boolean durable, String version, SortedSet<String> authorities) {
    /** Copies the set. */
    public MemberProfile {
        authorities = Collections.unmodifiableSortedSet(new TreeSet<>(authorities));
    }

    /** Of a node that talks without TLS. */
    public MemberProfile(long identity, Voters voters, boolean durable, String version) {
        this(identity, voters, durable, version, new TreeSet<>());
    }

    /** Of a node whose data directory is as new as itself, and that keeps nothing in it. */
    public static MemberProfile fresh(long identity) {
        return new MemberProfile(identity, Voters.NONE, false, "");
    }
}
