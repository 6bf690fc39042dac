@NullMarked
package io.lacewing.router;

import org.jspecify.annotations.NullMarked;
