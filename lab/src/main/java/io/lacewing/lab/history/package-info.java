/**
 * What clients did and saw in a run, with the faults that were made meanwhile, and the judgement of it. Knows no sockets and
 * no processes; the clock is a parameter.
 */
@NullMarked
package io.lacewing.lab.history;

import org.jspecify.annotations.NullMarked;
