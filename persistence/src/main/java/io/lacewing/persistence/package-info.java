@NullMarked
package io.lacewing.persistence;

import org.jspecify.annotations.NullMarked;
