/** Tokens (JWT, RFC 7519): who has one that is signed by a known key is whom it names, until it ends. */
@NullMarked
package io.lacewing.node.auth.jwt;

import org.jspecify.annotations.NullMarked;
