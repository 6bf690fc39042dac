package io.lacewing.node.connection;

import io.lacewing.node.mqtt.Connack;
import io.lacewing.node.mqtt.PayloadFormat;
import io.lacewing.node.mqtt.ReasonCode;
import io.lacewing.router.Qos;
import io.lacewing.router.TopicException;
import io.lacewing.router.TopicName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the standards leave to the server, as this broker has it.
 *
 * @param capabilities the optional parts
 * @param reportNoMatching true: a publisher is told that nobody is subscribed (3.4.2.1)
 * @param validatePayloadFormat true: payloads must be what their Payload Format Indicator says (3.3.2.3.2)
 * @param responseInformation with {@link #CLIENT_ID} in place of the client id; null for none
 * @param serverReference the servers to use instead of this one; null if none are known
 */
public record Features(
        Connack.Capabilities capabilities,
        boolean reportNoMatching,
        boolean validatePayloadFormat,
        @Nullable String responseInformation,
        @Nullable String serverReference) {
    private static final Logger log = LoggerFactory.getLogger(Features.class);

    /** What stands in the response information for the client id. */
    public static final String CLIENT_ID = "${clientid}";

    /** False if {@link #fault} is null for every message. */
    boolean restrictMessages() {
        return capabilities.maximumQos() != Qos.EXACTLY_ONCE || !capabilities.retain() || validatePayloadFormat;
    }

    /** Why a message from a client, by PUBLISH or as its will, can not be taken; null if it can. */
    @Nullable
    ReasonCode fault(Qos qos, boolean retain, byte[] properties, byte[] payload) {
        if (qos.value() > capabilities.maximumQos().value()) {
            return ReasonCode.QOS_NOT_SUPPORTED;
        }
        if (retain && !capabilities.retain()) {
            return ReasonCode.RETAIN_NOT_SUPPORTED;
        }
        if (validatePayloadFormat && !PayloadFormat.isKept(properties, payload)) {
            return ReasonCode.PAYLOAD_FORMAT_INVALID;
        }
        return null;
    }

    /** The start of topics for answers to this client (3.2.2.3.15), or null; it is a topic name. */
    @Nullable
    String responseInformationFor(String clientId) {
        if (responseInformation == null) {
            return null;
        }
        String information = responseInformation.replace(CLIENT_ID, clientId);
        try {
            return TopicName.of(information).value();
        } catch (TopicException invalid) {
            log.debug("no response information for {}: {}", clientId, invalid.getMessage());
            return null;
        }
    }
}
