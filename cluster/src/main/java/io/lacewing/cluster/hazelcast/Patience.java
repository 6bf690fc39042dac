package io.lacewing.cluster.hazelcast;

/** What a node that looks for its cluster asks all the time while it waits. Called on the thread that waits. */
@FunctionalInterface
public interface Patience {

    /** True ends the waiting: the node stops. */
    boolean isOver();

    /** True if an operator wants the node to go on with the nodes that are present, though they are no majority. */
    default boolean isForced() {
        return false;
    }
}
