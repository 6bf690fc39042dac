@NullMarked
package io.lacewing.node.mqtt;

import org.jspecify.annotations.NullMarked;
