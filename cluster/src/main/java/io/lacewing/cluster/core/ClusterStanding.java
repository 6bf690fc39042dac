package io.lacewing.cluster.core;

import java.util.List;

/**
 * How a node stands in its cluster, for health, metrics and people.
 *
 * @param lease true if a majority of the voters answers this node
 * @param voters whose majority decides
 * @param present the names of the nodes that this node sees, itself included
 * @param owned how many shards this node owns
 * @param closed how many of these are closed, as no copy that may be used is present
 * @param behind how many of these have fewer proven copies than they should have
 */
public record ClusterStanding(boolean lease, Voters voters, List<String> present, int owned, int closed, int behind) {}
