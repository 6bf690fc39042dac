package io.lacewing.cluster.core;

/** What this node says of itself to others and to people, as of the last tick. Set by {@link NodeCore} alone. */
final class SelfState {
    /** True if its tables are complete. */
    boolean ready;

    /** True if everybody was told of all that its disk has of the tables. */
    boolean offered;

    /** When it last was one of its cluster, by what its disk says, milliseconds since the epoch; 0 if never. */
    long aliveAt;

    /** How many shards it owns. */
    int owned;

    /** How many of them are closed, as no copy that may be used is present. */
    int closed;

    /** How many of them have fewer proven copies than they should have. */
    int behind;
}
