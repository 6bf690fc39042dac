package io.lacewing.cluster.hazelcast;

/**
 * The key of one entry in the map behind a shared table.
 *
 * @param group what can be removed as a whole: a destination, for the routes
 * @param bucket which part of the group's rows
 */
record RowKey(long group, int bucket) {}
