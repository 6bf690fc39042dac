/** The broker as its clients see it: by their libraries, and byte by byte. */
@NullMarked
package io.lacewing.node.clients;

import org.jspecify.annotations.NullMarked;
