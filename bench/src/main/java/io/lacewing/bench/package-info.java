/**
 * Benchmarks: they start brokers as processes of their own and load them over their sockets. They know nothing of the
 * broker's code. Figures are to be read as ratios within one run.
 */
@NullMarked
package io.lacewing.bench;

import org.jspecify.annotations.NullMarked;
