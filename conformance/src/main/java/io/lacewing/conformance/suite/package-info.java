/** What runs cases against a broker, and what a case has in its hands. */
@NullMarked
package io.lacewing.conformance.suite;

import org.jspecify.annotations.NullMarked;
