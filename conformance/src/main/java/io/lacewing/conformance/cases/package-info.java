/** The cases, a class per chapter of the standards. */
@NullMarked
package io.lacewing.conformance.cases;

import org.jspecify.annotations.NullMarked;
