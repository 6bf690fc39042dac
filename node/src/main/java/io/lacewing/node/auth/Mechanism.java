package io.lacewing.node.auth;

/**
 * An authentication method that clients can name in their CONNECT (4.12). One object serves all connections of a node:
 * {@link #begin} is called on many event loops at a time and must neither block nor wait.
 */
public interface Mechanism {

    /**
     * Begins an exchange with a client: at its CONNECT, and again at each re-authentication (4.12.1). What the client sent
     * with it comes by the first {@link Exchange#take}. What this throws ends the connection with 0x80.
     */
    Exchange begin(ClientDetails client);
}
