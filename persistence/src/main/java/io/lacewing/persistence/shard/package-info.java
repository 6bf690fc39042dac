@NullMarked
package io.lacewing.persistence.shard;

import org.jspecify.annotations.NullMarked;
