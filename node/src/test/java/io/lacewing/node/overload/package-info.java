@NullMarked
package io.lacewing.node.overload;

import org.jspecify.annotations.NullMarked;
