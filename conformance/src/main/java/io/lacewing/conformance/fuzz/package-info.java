/**
 * Inputs that no client in its right mind would send, made by the millions from a grammar of packets and a seed, and what a
 * broker must do with each: answer by packets that are in order, and close the connection when its client is gone.
 */
@NullMarked
package io.lacewing.conformance.fuzz;

import org.jspecify.annotations.NullMarked;
