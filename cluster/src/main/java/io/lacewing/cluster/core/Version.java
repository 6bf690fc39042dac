package io.lacewing.cluster.core;

/**
 * The version of a record in a shared table; the higher one wins, {@code major} first. A route of a shard has (epoch,
 * outbox id), a route of a node (0, number), a retained message (hybrid logical time, incarnation).
 */
public record Version(long major, long minor) implements Comparable<Version> {
    @Override
    public int compareTo(Version other) {
        int byMajor = Long.compare(major, other.major);
        return byMajor != 0 ? byMajor : Long.compare(minor, other.minor);
    }
}
