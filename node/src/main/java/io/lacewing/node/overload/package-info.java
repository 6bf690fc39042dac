/**
 * When a node has more to do, or to hold, than it can, and what it then leaves: budgets of memory for all clients together,
 * what is measured, and what follows from it. Knows neither connections nor packets; those ask.
 */
@NullMarked
package io.lacewing.node.overload;

import org.jspecify.annotations.NullMarked;
