/** Who may connect, and how many and how fast: decided before TLS and before CONNECT, in pure Java. */
@NullMarked
package io.lacewing.node.mqtt.entrance;

import org.jspecify.annotations.NullMarked;
