@NullMarked
package io.lacewing.node.mqtt.entrance;

import org.jspecify.annotations.NullMarked;
