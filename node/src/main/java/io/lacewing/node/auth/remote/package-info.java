/** Other systems that know who clients are: what is the same for all of them, so that none can hold up or bring down the node. */
@NullMarked
package io.lacewing.node.auth.remote;

import org.jspecify.annotations.NullMarked;
