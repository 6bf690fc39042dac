/**
 * The protocol rules of a connection and the sessions that live and die with one. Everything of a connection is owned by
 * its event loop; what crosses loops goes through {@link io.lacewing.node.connection.Inbox} in batches, and what concerns
 * shards and other nodes through {@link io.lacewing.cluster.Gate}.
 */
@NullMarked
package io.lacewing.node.connection;

import org.jspecify.annotations.NullMarked;
