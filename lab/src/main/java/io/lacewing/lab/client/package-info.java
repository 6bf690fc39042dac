/** Careful MQTT 5 clients that record what they do and see, and the load that they make together. */
@NullMarked
package io.lacewing.lab.client;

import org.jspecify.annotations.NullMarked;
