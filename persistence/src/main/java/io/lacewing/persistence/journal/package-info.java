/** A node's journal on its local disk. */
@NullMarked
package io.lacewing.persistence.journal;

import org.jspecify.annotations.NullMarked;
