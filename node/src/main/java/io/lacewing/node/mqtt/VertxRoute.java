package io.lacewing.node.mqtt;

import io.vertx.core.Handler;
import io.vertx.mqtt.MqttEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * One connection's way through vertx-mqtt: a control packet goes in as a Netty message, comes out of a handler of
 * vertx-mqtt's endpoint, and is then handed over as our own record, which has lost nothing on the way.
 */
final class VertxRoute implements Handler<Object> {
    private final Wire wire;
    private final MqttSocket socket;
    private @Nullable MqttEndpoint endpoint;
    private @Nullable Packet travelling;

    VertxRoute(Wire wire, MqttSocket socket) {
        this.wire = wire;
        this.socket = socket;
    }

    /** Lets vertx-mqtt make its endpoint of a CONNECT. */
    void connect(Loop loop, Connect connect) {
        loop.connecting(this);
        socket.deliver(VertxMessages.of(connect));
        loop.connecting(null);
    }

    /** vertx-mqtt's endpoint for this connection. */
    void linked(MqttEndpoint made) {
        endpoint = made;
        made.autoKeepAlive(false);
        made.subscribeHandler(self());
        made.unsubscribeHandler(self());
        made.pingHandler(self());
        made.authenticationExchangeHandler(self());
    }

    /** This object as any of vertx-mqtt's handlers: it does not look at what vertx-mqtt made of the packet. */
    @SuppressWarnings("unchecked")
    private <T> Handler<T> self() {
        return (Handler<T>) (Handler<?>) this;
    }

    /** Tells vertx-mqtt that the client is let in; it asks the socket to send the CONNACK. */
    void accept(boolean sessionPresent) {
        MqttEndpoint made = endpoint;
        if (made == null) {
            throw new IllegalStateException("accept without CONNECT");
        }
        made.accept(sessionPresent);
    }

    /** Sends a packet on its way; {@link Wire#handOver} gets it. */
    void send(Packet packet) {
        travelling = packet;
        socket.deliver(VertxMessages.of(packet));
        travelling = null;
    }

    @Override
    public void handle(Object ignored) {
        Packet arrived = travelling;
        if (arrived != null) {
            travelling = null;
            wire.handOver(arrived);
        }
    }

    /** Tells vertx-mqtt that the connection is gone. */
    void closed() {
        socket.closed();
    }
}
