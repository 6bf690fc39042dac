/** Tests of systems that are asked who clients are. */
@NullMarked
package io.lacewing.node.auth.remote;

import org.jspecify.annotations.NullMarked;
