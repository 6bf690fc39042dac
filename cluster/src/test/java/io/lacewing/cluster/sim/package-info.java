/**
 * A whole cluster in one thread and one pseudo-random number: real node cores and real shards between a fake network, a
 * fake replicated map, fake table maps and fake clients. A run is a seed; a failure names it and is replayed by it.
 */
@NullMarked
package io.lacewing.cluster.sim;

import org.jspecify.annotations.NullMarked;
