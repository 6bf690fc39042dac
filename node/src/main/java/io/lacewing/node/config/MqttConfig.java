package io.lacewing.node.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the standards leave to the server ({@code mqtt.*}). To be the same on all nodes of a cluster, as a session may go
 * on at any of them.
 *
 * @param capabilities which optional parts there are
 * @param reportNoMatchingSubscribers whether a publisher is told that nobody is subscribed (3.4.2.1)
 * @param payloadFormatValidation whether payloads that say that they are UTF-8 are checked (3.3.2.3.2)
 * @param responseInformation the response information with a placeholder for the client id (3.2.2.3.15); null: none
 * @param serverReference where clients are sent that this node cannot serve (4.11); null: nowhere
 */
public record MqttConfig(
        CapabilitiesConfig capabilities,
        boolean reportNoMatchingSubscribers,
        boolean payloadFormatValidation,
        @Nullable String responseInformation,
        @Nullable String serverReference) {
    static final Key<Boolean> REPORT_NO_MATCHING_SUBSCRIBERS = new Key<>(
            "mqtt.reportNoMatchingSubscribers",
            KeyType.bool(),
            "true",
            "Whether the acknowledgement of a QoS 1 or 2 message that nobody is subscribed to says so (0x10) to an"
                    + " MQTT 5 client.");
    static final Key<Boolean> PAYLOAD_FORMAT_VALIDATION = new Key<>(
            "mqtt.payloadFormatValidation",
            KeyType.bool(),
            "false",
            "Whether payloads, also of wills, whose Payload Format Indicator is 1 are refused with 0x99 if they are"
                    + " not well-formed UTF-8. QoS 0 has no acknowledgement to say so in: its client is disconnected.");
    static final Key<String> RESPONSE_INFORMATION = new Key<>(
            "mqtt.responseInformation",
            KeyType.text(
                    "up to 1024 characters without '+', '#', control characters and placeholders other than ${clientid}",
                    "([^+#$\\p{Cntrl}]|\\$\\{clientid}|\\$(?!\\{)){0,1024}"),
            "",
            "Response information for clients that ask for it: the start of topics for answers to them, as"
                    + " `answers/${clientid}`, where `${clientid}` becomes the client id. Empty: none. A client with whose"
                    + " id it is no topic name gets none.");
    static final Key<String> SERVER_REFERENCE = new Key<>(
            "mqtt.serverReference",
            KeyType.text("up to 1024 ASCII characters, the first no space", "([!-~][ -~]{0,1023})?"),
            "",
            "Other servers, as `b.example:1883 c.example:1883`. An MQTT 5 client is told to use them (0x9C) when the"
                    + " node stops, has not joined its cluster or has all the connections it may have. Empty: it is told"
                    + " the reason alone.");
    static final List<Key<?>> KEYS =
            List.of(REPORT_NO_MATCHING_SUBSCRIBERS, PAYLOAD_FORMAT_VALIDATION, RESPONSE_INFORMATION, SERVER_REFERENCE);

    static MqttConfig from(Settings settings) {
        return new MqttConfig(
                CapabilitiesConfig.from(settings),
                settings.get(REPORT_NO_MATCHING_SUBSCRIBERS),
                settings.get(PAYLOAD_FORMAT_VALIDATION),
                orNull(settings.get(RESPONSE_INFORMATION)),
                orNull(settings.get(SERVER_REFERENCE)));
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
