/** Clusters of real node processes, and clients of all kinds on them. */
@NullMarked
package io.lacewing.node.cluster;

import org.jspecify.annotations.NullMarked;
