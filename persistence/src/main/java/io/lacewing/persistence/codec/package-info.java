@NullMarked
package io.lacewing.persistence.codec;

import org.jspecify.annotations.NullMarked;
