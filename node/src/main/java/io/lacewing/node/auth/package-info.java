/**
 * What an authentication method is to the broker (MQTT 5, 4.12): the method, an exchange with one client, and its steps.
 * Knows nothing of packets, sockets and event loops; what stands on the wire is the connection's matter.
 */
@NullMarked
package io.lacewing.node.auth;

import org.jspecify.annotations.NullMarked;
