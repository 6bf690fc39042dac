/** Nodes of the product as processes, the hosts and networks that they are in, and what can be done to both. */
@NullMarked
package io.lacewing.lab.nodes;

import org.jspecify.annotations.NullMarked;
