package io.lacewing.node.connection;

import io.lacewing.node.mqtt.Connack;
import io.lacewing.node.mqtt.Connect;
import io.lacewing.node.mqtt.ReasonCode;
import io.lacewing.node.mqtt.Will;
import io.lacewing.persistence.shard.ConnectionId;
import io.lacewing.persistence.shard.ShardOp;
import io.lacewing.router.Message;
import io.lacewing.router.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A CONNECT and what the broker makes of it: why it is refused, or what the CONNACK promises. Lives until the CONNACK.
 */
final class Terms {

    /** Why a CONNECT is refused. */
    record Refusal(ReasonCode reason, String why) {}

    /** Bytes; no CONNACK is longer without what it can do without. */
    private static final int LONG_CONNACK = 256;

    private final Connect connect;
    private final String clientId;
    private final ConnectionLimits limits;
    private final Features features;
    private Connack.@Nullable Authentication authentication;

    /**
     * Makes the terms.
     *
     * @param clientId the client's own, or the one that it is assigned
     */
    Terms(Connect connect, String clientId, ConnectionLimits limits, Features features) {
        this.connect = connect;
        this.clientId = clientId;
        this.limits = limits;
        this.features = features;
    }

    Connect connect() {
        return connect;
    }

    /** The client has been authenticated; this goes into the CONNACK [MQTT-4.12.0-5], if it has named a method. */
    void authenticated(Connack.@Nullable Authentication lastWord) {
        authentication = lastWord;
    }

    /** The client's own id, or one that no other client was ever assigned [MQTT-3.2.2-16]. */
    static String clientId(Connect connect, long incarnation, long connection) {
        String own = connect.clientId();
        return own.isEmpty() ? "lw-" + Long.toUnsignedString(incarnation, 36) + "-" + connection : own;
    }

    /** Why the CONNECT is refused; null if it is in order. */
    @Nullable
    Refusal refusal() {
        if (connect.clientId().isEmpty() && !mayLeaveClientIdToServer()) {
            return new Refusal(
                    ReasonCode.CLIENT_IDENTIFIER_NOT_VALID, "an empty client id needs a clean session [MQTT-3.1.3-8]");
        }
        if (connect.clientId().getBytes(StandardCharsets.UTF_8).length > limits.maxClientIdLength()) {
            return new Refusal(
                    ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                    "the client id is longer than " + limits.maxClientIdLength() + " bytes");
        }
        Will will = connect.will();
        return will == null ? null : refusal(will);
    }

    private boolean mayLeaveClientIdToServer() {
        return switch (connect.version()) {
            case V5 -> true;
            case V311 -> connect.cleanStart();
            case V31 -> false;
        };
    }

    /**
     * What would be refused as a PUBLISH is refused as a will [MQTT-3.2.2-12, MQTT-3.2.2-13]. Not, however, because as many
     * messages are retained as may be: that counts when the will is published.
     */
    private @Nullable Refusal refusal(Will will) {
        if (!limits.topics().allow(will.topic())) {
            return new Refusal(ReasonCode.TOPIC_NAME_INVALID, "the will's topic is too long or has too many levels");
        }
        ReasonCode fault = features.fault(will.qos(), will.retain(), will.properties(), will.payload());
        return fault == null ? null : new Refusal(fault, "the will can not be taken as it is");
    }

    /** Seconds. MQTT 3 has no way to tell the client of another keep alive than its own. */
    int keepAlive() {
        int asked = connect.keepAlive();
        int max = limits.maxKeepAlive();
        boolean tooLong = connect.version().isV5() && max > 0 && (asked == 0 || asked > max);
        return tooLong ? max : asked;
    }

    /** Seconds that the session outlives the connection. */
    long sessionExpiry() {
        long max = limits.maxSessionExpiry();
        if (connect.version().isV5()) {
            return Math.min(connect.properties().sessionExpiry(), max);
        }
        return connect.cleanStart() ? 0 : max;
    }

    /** QoS 1 and 2 messages that the client is sent unacknowledged. */
    int window() {
        return Math.min(connect.properties().receiveMaximum(), limits.maxInflight());
    }

    /**
     * What attaches the client to its session.
     *
     * @param session the name that the broker has it by
     * @param mount where the topics of the client's tenant are; null if it is of none
     */
    ShardOp.Attach attach(ConnectionId connection, String session, @Nullable Mount mount) {
        return new ShardOp.Attach(
                session,
                connection,
                connect.cleanStart(),
                sessionExpiry(),
                window(),
                will(connect.will(), session, mount));
    }

    private static io.lacewing.persistence.shard.@Nullable Will will(
            @Nullable Will will, String session, @Nullable Mount mount) {
        if (will == null) {
            return null;
        }
        TopicName topic = mount == null ? will.topic() : mount.mounted(will.topic());
        Message message = new Message(
                topic, will.payload(), will.qos(), will.retain(), Message.NEVER, will.properties(), session, 0);
        return new io.lacewing.persistence.shard.Will(message, will.delaySeconds(), will.expirySeconds());
    }

    /** True if the client takes so little that the CONNACK is worth measuring. */
    boolean mayBeTooLong() {
        return connect.properties().maximumPacketSize() < LONG_CONNACK || authentication != null;
    }

    /** The answer to a CONNECT that has led to a session. */
    Connack connack(boolean sessionPresent) {
        return new Connack(
                sessionPresent,
                sessionExpiry() == connect.properties().sessionExpiry() ? Connack.AS_ASKED : sessionExpiry(),
                limits.receiveMaximum(),
                keepAlive() == connect.keepAlive() ? Connack.AS_ASKED : keepAlive(),
                connect.clientId().isEmpty() ? clientId : null,
                responseInformation(),
                authentication,
                features.capabilities(),
                List.of());
    }

    /** None unless it was asked for [MQTT-3.1.2-28]. */
    private @Nullable String responseInformation() {
        return connect.properties().requestResponseInformation() ? features.responseInformationFor(clientId) : null;
    }
}
