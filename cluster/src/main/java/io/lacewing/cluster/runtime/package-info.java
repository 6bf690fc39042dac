/**
 * Runs a {@link io.lacewing.cluster.core.NodeCore} on its event loop: feeds it, carries out its effects through ports, and
 * connects it with the event loops of the node's connections.
 */
@NullMarked
package io.lacewing.cluster.runtime;

import org.jspecify.annotations.NullMarked;
