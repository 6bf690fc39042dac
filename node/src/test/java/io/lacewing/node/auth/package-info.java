/** Authentication methods for tests. */
@NullMarked
package io.lacewing.node.auth;

import org.jspecify.annotations.NullMarked;
