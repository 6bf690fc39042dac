package io.lacewing.node.mqtt;

import io.lacewing.router.Qos;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a successful CONNACK says (3.2). An MQTT 3 client is told {@code sessionPresent} alone. Maximum Packet Size and
 * Topic Alias Maximum are the listener's and added by it.
 *
 * @param sessionPresent true if the server goes on with a stored session [MQTT-3.2.2-2, MQTT-3.2.2-3]
 * @param sessionExpiry the session expiry in seconds if it is not what the client asked for, else {@link #AS_ASKED}
 * @param receiveMaximum how many QoS 1 and 2 messages the server takes at a time, 1 to 65,535
 * @param serverKeepAlive seconds if it is not what the client asked for [MQTT-3.2.2-21], else {@link #AS_ASKED}
 * @param assignedClientId null if the client named itself [MQTT-3.2.2-16]
 * @param responseInformation null if not asked for or not given
 * @param authentication the end of an extended authentication, null if there was none
 * @param capabilities what the server can do
 * @param userProperties in their order
 */
public record Connack(
        boolean sessionPresent,
        long sessionExpiry,
        int receiveMaximum,
        int serverKeepAlive,
        @Nullable String assignedClientId,
        @Nullable String responseInformation,
        @Nullable Authentication authentication,
        Capabilities capabilities,
        List<UserProperty> userProperties) {

    /** Nothing is said: what the client asked for holds. */
    public static final int AS_ASKED = -1;

    /** The server's last word of an extended authentication (4.12). */
    public record Authentication(String method, byte @Nullable [] data) {}

    /** What the server can do; only what it cannot is said on the wire. */
    public record Capabilities(
            Qos maximumQos,
            boolean retain,
            boolean wildcardSubscriptions,
            boolean subscriptionIdentifiers,
            boolean sharedSubscriptions) {

        /** All of MQTT 5. */
        public static final Capabilities ALL = new Capabilities(Qos.EXACTLY_ONCE, true, true, true, true);
    }

    /** A plain CONNACK: nothing changed, nothing missing. */
    public static Connack of(boolean sessionPresent) {
        return new Connack(sessionPresent, AS_ASKED, 65_535, AS_ASKED, null, null, null, Capabilities.ALL, List.of());
    }
}
