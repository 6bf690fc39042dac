/** The conformance suite against brokers in this process: as they are by default, and with what can be configured. */
@NullMarked
package io.lacewing.node.conformance;

import org.jspecify.annotations.NullMarked;
