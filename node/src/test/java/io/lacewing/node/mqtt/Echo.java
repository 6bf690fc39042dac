package io.lacewing.node.mqtt;

import io.lacewing.router.Message;
import java.util.List;

/** Accepts everyone, acknowledges everything and sends each message back to where it came from. Tests override. */
class Echo implements PacketHandler {
    private static final int[] NO_IDENTIFIERS = {};

    private final EchoServer server;
    private final Endpoint endpoint;
    private int lastPacketId;

    Echo(EchoServer server, Endpoint endpoint) {
        this.server = server;
        this.endpoint = endpoint;
    }

    final Endpoint endpoint() {
        return endpoint;
    }

    final EchoServer server() {
        return server;
    }

    void onConnect(Connect connect) {
        endpoint.accept(Connack.of(false));
    }

    @Override
    public void onPublish(Publish publish) {
        switch (publish.qos()) {
            case AT_MOST_ONCE -> {}
            case AT_LEAST_ONCE -> endpoint.puback(publish.packetId(), ReasonCode.SUCCESS);
            case EXACTLY_ONCE -> endpoint.pubrec(publish.packetId(), ReasonCode.SUCCESS);
        }
        int size = endpoint.publish(
                outbound(publish),
                publish.qos().value() == 0 ? 0 : ++lastPacketId,
                publish.qos(),
                false,
                publish.retain(),
                NO_IDENTIFIERS,
                publish.expirySeconds());
        if (size == Endpoint.TOO_LARGE) {
            server.event("too large");
        }
    }

    static Outbound outbound(Publish publish) {
        return new Outbound(new Message(
                publish.topic(),
                publish.payload(),
                publish.qos(),
                publish.retain(),
                Message.NEVER,
                publish.properties(),
                null,
                0));
    }

    @Override
    public void onPuback(int packetId, int reasonCode) {
        server.event("puback " + packetId + " " + reasonCode);
    }

    @Override
    public void onPubrec(int packetId, int reasonCode) {
        endpoint.pubrel(packetId, reasonCode >= 0x80 ? ReasonCode.PACKET_IDENTIFIER_NOT_FOUND : ReasonCode.SUCCESS);
    }

    @Override
    public void onPubrel(int packetId, int reasonCode) {
        endpoint.pubcomp(packetId, ReasonCode.SUCCESS);
    }

    @Override
    public void onPubcomp(int packetId, int reasonCode) {
        server.event("pubcomp " + packetId + " " + reasonCode);
    }

    @Override
    public void onSubscribe(Subscribe subscribe) {
        List<ReasonCode> granted = subscribe.entries().stream()
                .map(entry -> entry.filter().equals("no")
                        ? ReasonCode.NOT_AUTHORIZED
                        : List.of(ReasonCode.SUCCESS, ReasonCode.GRANTED_QOS_1, ReasonCode.GRANTED_QOS_2)
                                .get(entry.qos().value()))
                .toList();
        endpoint.suback(subscribe.packetId(), granted);
    }

    @Override
    public void onUnsubscribe(Unsubscribe unsubscribe) {
        endpoint.unsuback(
                unsubscribe.packetId(),
                unsubscribe.filters().stream()
                        .map(filter -> ReasonCode.NO_SUBSCRIPTION_EXISTED)
                        .toList());
    }

    @Override
    public void onPingreq() {
        endpoint.pingresp();
    }

    @Override
    public void onDisconnect(Disconnect disconnect) {
        server.event("disconnect " + disconnect.reason());
        endpoint.end();
    }

    @Override
    public void onAuth(Auth auth) {
        server.event("auth " + auth.reason() + " " + auth.method());
    }

    @Override
    public void onReadComplete() {}

    @Override
    public void onWritable() {}

    @Override
    public void onProtocolError(ReasonCode reason, String what) {
        server.event("error " + reason);
    }

    @Override
    public void onClosed() {
        server.event("closed");
    }
}
