/**
 * MQTT on the wire: the only package that touches vertx-mqtt and Netty's MQTT types. It turns bytes into packets and
 * packets into bytes, strictly, and knows no session, no subscription and no right.
 */
@NullMarked
package io.lacewing.node.mqtt;

import org.jspecify.annotations.NullMarked;
