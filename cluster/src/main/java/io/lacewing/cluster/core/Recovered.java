package io.lacewing.cluster.core;

import java.util.List;

/**
 * What a node found on its disk when it started.
 *
 * @param durable true if it keeps shards and tables on disk; false: in memory only, and nothing of them was found
 * @param state its own state
 * @param offers the copies of shards
 * @param records the records of the shared tables, the newest of each key or older ones before it
 * @param aliveAt when it last was one of its cluster, milliseconds since the epoch; 0 if never
 * @param recordsDoubtful true if the records may be older than what this node had told others to be on its disk
 */
public record Recovered(
        boolean durable,
        NodeState state,
        List<Offer> offers,
        List<TableRecord> records,
        long aliveAt,
        boolean recordsDoubtful) {

    /** With records that are beyond doubt. */
    public Recovered(boolean durable, NodeState state, List<Offer> offers, List<TableRecord> records, long aliveAt) {
        this(durable, state, offers, records, aliveAt, false);
    }

    /** Of a node that keeps nothing but its own state. */
    public static Recovered nothing(NodeState state) {
        return new Recovered(false, state, List.of(), List.of(), 0);
    }
}
