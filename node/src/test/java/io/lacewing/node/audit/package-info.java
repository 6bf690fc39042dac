@NullMarked
package io.lacewing.node.audit;

import org.jspecify.annotations.NullMarked;
