/** A proxy that lies to clients and brokers, to see that the judge catches each lie. */
@NullMarked
package io.lacewing.lab.planted;

import org.jspecify.annotations.NullMarked;
