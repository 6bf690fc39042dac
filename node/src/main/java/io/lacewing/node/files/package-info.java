/** Files that an operator may change while the node runs. */
@NullMarked
package io.lacewing.node.files;

import org.jspecify.annotations.NullMarked;
