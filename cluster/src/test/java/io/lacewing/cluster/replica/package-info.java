@NullMarked
package io.lacewing.cluster.replica;

import org.jspecify.annotations.NullMarked;
