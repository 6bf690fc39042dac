@NullMarked
package io.lacewing.cluster.hazelcast;

import org.jspecify.annotations.NullMarked;
