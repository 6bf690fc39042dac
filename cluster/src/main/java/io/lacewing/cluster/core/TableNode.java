package io.lacewing.cluster.core;

/**
 * The node on which the shared tables are.
 *
 * @param member the node
 * @param recovered what its disk had
 * @param keepServing true if it goes on without a majority of the voters
 */
record TableNode(View.Member member, Recovered recovered, boolean keepServing) {}
