/** SCRAM (RFC 5802, RFC 7677) as methods of enhanced authentication. It knows nothing of where users are kept. */
@NullMarked
package io.lacewing.node.auth.scram;

import org.jspecify.annotations.NullMarked;
