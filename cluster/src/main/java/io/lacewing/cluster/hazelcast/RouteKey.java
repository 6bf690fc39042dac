package io.lacewing.cluster.hazelcast;

/**
 * The key in the map of routes.
 *
 * @param destination a node's incarnation or a shard, as the core numbers them
 * @param bucket which part of its routes, 0 to 63
 */
record RouteKey(long destination, int bucket) {}
