/** That the suite passes what is right and fails what is wrong. */
@NullMarked
package io.lacewing.conformance.suite;

import org.jspecify.annotations.NullMarked;
