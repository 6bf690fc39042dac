/**
 * MQTT packets as bytes: written as a case wants them, right or wrong, and read as strictly as the standards allow. Shares
 * nothing with the broker's own codec, so that one mistake can't hide the other.
 */
@NullMarked
package io.lacewing.conformance.wire;

import org.jspecify.annotations.NullMarked;
