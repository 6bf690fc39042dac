package io.lacewing.node.mqtt;

/** What a listener calls with each CONNECT. */
@FunctionalInterface
public interface ConnectHandler {

    /**
     * A client's CONNECT has come. The receiver answers by {@link Endpoint#accept} or {@link Endpoint#refuse}, now or
     * later; until then what the client sends is held back, but AUTH. Runs on the connection's event loop.
     *
     * @return what is called with everything else that happens to this connection
     */
    PacketHandler onConnect(Endpoint endpoint, Connect connect);

    /**
     * What came first could not be read as a CONNECT, and is refused with this reason. Nothing more comes from this
     * connection. Of interest to those who count; runs on the connection's event loop.
     */
    default void onBadConnect(Endpoint endpoint, ReasonCode reason) {}
}
