@NullMarked
package io.lacewing.node;

import org.jspecify.annotations.NullMarked;
