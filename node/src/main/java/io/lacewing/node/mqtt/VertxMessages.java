package io.lacewing.node.mqtt;

import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttSubscribePayload;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribePayload;
import java.util.List;

/**
 * Packets in the form that vertx-mqtt takes. It gets what it needs to keep the state of its endpoint; what it would lose
 * or act upon against the standard it does not get: the will, the password and the properties stay with our own record,
 * and the keep alive is 0, so that vertx-mqtt puts no timer into the pipeline.
 */
final class VertxMessages {
    private VertxMessages() {}

    static MqttMessage of(Packet packet) {
        return switch (packet) {
            case Connect connect -> connect(connect);
            case Subscribe subscribe -> subscribe(subscribe);
            case Unsubscribe unsubscribe -> unsubscribe(unsubscribe);
            case Pingreq ping -> MqttMessage.PINGREQ;
            case Disconnect disconnect -> withReason(MqttMessageType.DISCONNECT, disconnect.reason());
            case Auth auth -> withReason(MqttMessageType.AUTH, auth.reason());
            case Publish publish -> throw new IllegalArgumentException("PUBLISH does not go through vertx-mqtt");
        };
    }

    private static MqttConnectMessage connect(Connect connect) {
        // An empty client id with Clean Start 0 is allowed in MQTT 5, but not in vertx-mqtt.
        boolean cleanStart = connect.cleanStart() || connect.clientId().isEmpty();
        return new MqttConnectMessage(
                header(MqttMessageType.CONNECT, MqttQoS.AT_MOST_ONCE),
                new MqttConnectVariableHeader(
                        "MQTT",
                        connect.version().level(),
                        false,
                        false,
                        false,
                        0,
                        false,
                        cleanStart,
                        0,
                        MqttProperties.NO_PROPERTIES),
                new MqttConnectPayload(connect.clientId(), MqttProperties.NO_PROPERTIES, null, null, null, null));
    }

    private static MqttSubscribeMessage subscribe(Subscribe subscribe) {
        List<MqttTopicSubscription> filters = subscribe.entries().stream()
                .map(entry -> new MqttTopicSubscription(
                        entry.filter(),
                        new MqttSubscriptionOption(
                                MqttQoS.valueOf(entry.qos().value()),
                                entry.noLocal(),
                                entry.retainAsPublished(),
                                MqttSubscriptionOption.RetainedHandlingPolicy.valueOf(
                                        entry.retainHandling().ordinal()))))
                .toList();
        return new MqttSubscribeMessage(
                header(MqttMessageType.SUBSCRIBE, MqttQoS.AT_LEAST_ONCE),
                withId(subscribe.packetId()),
                new MqttSubscribePayload(filters));
    }

    private static MqttUnsubscribeMessage unsubscribe(Unsubscribe unsubscribe) {
        return new MqttUnsubscribeMessage(
                header(MqttMessageType.UNSUBSCRIBE, MqttQoS.AT_LEAST_ONCE),
                withId(unsubscribe.packetId()),
                new MqttUnsubscribePayload(unsubscribe.filters()));
    }

    private static MqttMessage withReason(MqttMessageType type, ReasonCode reason) {
        return new MqttMessage(
                header(type, MqttQoS.AT_MOST_ONCE),
                new MqttReasonCodeAndPropertiesVariableHeader((byte) reason.value(), MqttProperties.NO_PROPERTIES));
    }

    private static MqttFixedHeader header(MqttMessageType type, MqttQoS qos) {
        return new MqttFixedHeader(type, false, qos, false, 0);
    }

    private static MqttMessageIdAndPropertiesVariableHeader withId(int packetId) {
        return new MqttMessageIdAndPropertiesVariableHeader(packetId, MqttProperties.NO_PROPERTIES);
    }
}
