package io.lacewing.persistence.shard;

/**
 * One client's network connection, unique in the cluster for ever.
 *
 * @param incarnation the node's incarnation, unique per process start
 * @param number counts the node's connections
 */
public record ConnectionId(long incarnation, long number) {}
