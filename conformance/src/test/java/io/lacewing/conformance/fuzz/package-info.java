/** That the fuzzer is repeatable, and sees what a broker must not do. */
@NullMarked
package io.lacewing.conformance.fuzz;

import org.jspecify.annotations.NullMarked;
