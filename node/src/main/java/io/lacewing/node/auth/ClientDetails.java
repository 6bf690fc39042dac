package io.lacewing.node.auth;

import org.jspecify.annotations.Nullable;

/**
 * Who wants to be authenticated. Nothing of it but {@code remoteAddress}, {@code listener} and {@code certificate} is more
 * than the client's own word.
 *
 * @param clientId its client id, also if the server has chosen it
 * @param userName the user name of its CONNECT; null if not given
 * @param remoteAddress where it is, as host and port
 * @param listener the name of the listener that it came by
 * @param protocolLevel what it speaks, as in CONNECT; 5 is the first that knows exchanges
 * @param certificate what it has shown in the handshake of TLS; null if it has shown none
 */
public record ClientDetails(
        String clientId,
        @Nullable String userName,
        String remoteAddress,
        String listener,
        int protocolLevel,
        @Nullable PeerCertificate certificate) {

    /** A client that has shown no certificate. */
    public ClientDetails(
            String clientId, @Nullable String userName, String remoteAddress, String listener, int protocolLevel) {
        this(clientId, userName, remoteAddress, listener, protocolLevel, null);
    }
}
