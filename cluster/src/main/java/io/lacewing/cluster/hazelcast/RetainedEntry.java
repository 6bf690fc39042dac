package io.lacewing.cluster.hazelcast;

import org.jspecify.annotations.Nullable;

/**
 * The value in the map of retained messages; immutable.
 *
 * @param version grows with each change of its topic
 * @param value the encoded message; null if it was removed
 */
record RetainedEntry(long version, byte @Nullable [] value) {}
