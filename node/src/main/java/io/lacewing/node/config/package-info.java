/** Configuration: a table of keys, the sources that set them, and the typed records the rest of the node reads. */
@NullMarked
package io.lacewing.node.config;

import org.jspecify.annotations.NullMarked;
