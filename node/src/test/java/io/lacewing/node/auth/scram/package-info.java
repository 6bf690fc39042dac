/** Tests of SCRAM. */
@NullMarked
package io.lacewing.node.auth.scram;

import org.jspecify.annotations.NullMarked;
