/**
 * How the broker learns who a client is: by an {@link io.lacewing.node.auth.Authenticator} from the user name and password of
 * its CONNECT, or by a {@link io.lacewing.node.auth.Mechanism} of enhanced authentication (MQTT 5, 4.12). Knows nothing of
 * packets, sockets and event loops; what stands on the wire is the connection's matter.
 */
@NullMarked
package io.lacewing.node.auth;

import org.jspecify.annotations.NullMarked;
