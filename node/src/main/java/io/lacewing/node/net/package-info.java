/** IP addresses and ranges of them, for whoever has to do with where clients come from. */
@NullMarked
package io.lacewing.node.net;

import org.jspecify.annotations.NullMarked;
