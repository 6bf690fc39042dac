/** Tests of tokens. */
@NullMarked
package io.lacewing.node.auth.jwt;

import org.jspecify.annotations.NullMarked;
