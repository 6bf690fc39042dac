@NullMarked
package io.lacewing.bench;

import org.jspecify.annotations.NullMarked;
