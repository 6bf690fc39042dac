package io.lacewing.node.auth;

import org.jspecify.annotations.Nullable;

/**
 * Who wants to be authenticated. Nothing of it but {@code remoteAddress} and {@code listener} is more than the client's
 * own word.
 *
 * @param clientId its client id, also if the server has chosen it
 * @param userName the user name of its CONNECT; null if not given
 * @param remoteAddress where it is, as host and port
 * @param listener the name of the listener that it came by
 * @param protocolLevel what it speaks, as in CONNECT; 5 is the first that knows exchanges
 */
public record ClientDetails(
        String clientId, @Nullable String userName, String remoteAddress, String listener, int protocolLevel) {}
