/** Tests of what client certificates say. */
@NullMarked
package io.lacewing.node.auth.certificate;

import org.jspecify.annotations.NullMarked;
