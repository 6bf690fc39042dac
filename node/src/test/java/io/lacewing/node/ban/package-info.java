@NullMarked
package io.lacewing.node.ban;

import org.jspecify.annotations.NullMarked;
