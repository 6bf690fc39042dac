/** How much may be sent per second: buckets of tokens, and who shares them. Knows no packets and no clock. */
@NullMarked
package io.lacewing.node.rates;

import org.jspecify.annotations.NullMarked;
