/**
 * What a listener on TLS shows and trusts: reads it from PEM files, and again when they change. Knows no MQTT; the handshake is
 * Vert.x's and the JDK's.
 */
@NullMarked
package io.lacewing.node.tls;

import org.jspecify.annotations.NullMarked;
