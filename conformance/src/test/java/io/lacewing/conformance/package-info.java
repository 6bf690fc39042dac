/** That the suite is whole, that it sees what it should see, and that its page is true. */
@NullMarked
package io.lacewing.conformance;

import org.jspecify.annotations.NullMarked;
