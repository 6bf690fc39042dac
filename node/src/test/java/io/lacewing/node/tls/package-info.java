/** Tests of what listeners on TLS show and trust. */
@NullMarked
package io.lacewing.node.tls;

import org.jspecify.annotations.NullMarked;
