/** How messages and the machines' state become bytes: the low layer, which knows no session and no shard. */
@NullMarked
package io.lacewing.persistence.codec;

import org.jspecify.annotations.NullMarked;
