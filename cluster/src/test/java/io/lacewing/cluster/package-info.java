@NullMarked
package io.lacewing.cluster;

import org.jspecify.annotations.NullMarked;
