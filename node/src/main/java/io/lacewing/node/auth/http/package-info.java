/** A service that is asked by HTTP who a client is. */
@NullMarked
package io.lacewing.node.auth.http;

import org.jspecify.annotations.NullMarked;
