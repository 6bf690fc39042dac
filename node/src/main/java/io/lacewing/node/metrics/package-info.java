/** What the node counts, cheap enough for the hot path, and its Prometheus view. */
@NullMarked
package io.lacewing.node.metrics;

import org.jspecify.annotations.NullMarked;
