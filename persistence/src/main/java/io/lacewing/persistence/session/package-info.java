@NullMarked
package io.lacewing.persistence.session;

import org.jspecify.annotations.NullMarked;
