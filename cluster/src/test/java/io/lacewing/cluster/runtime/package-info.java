@NullMarked
package io.lacewing.cluster.runtime;

import org.jspecify.annotations.NullMarked;
