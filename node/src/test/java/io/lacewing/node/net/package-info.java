@NullMarked
package io.lacewing.node.net;

import org.jspecify.annotations.NullMarked;
