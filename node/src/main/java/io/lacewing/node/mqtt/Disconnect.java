package io.lacewing.node.mqtt;

import org.jspecify.annotations.Nullable;

/**
 * A DISCONNECT from a client (3.14).
 *
 * @param reason {@link ReasonCode#SUCCESS} takes the will away [MQTT-3.14.4-3]
 * @param sessionExpiry the new session expiry interval in seconds, or {@link #UNCHANGED}
 * @param reasonString for people; null if not given
 */
public record Disconnect(
        ReasonCode reason, long sessionExpiry, @Nullable String reasonString) implements Packet {

    /** {@link #sessionExpiry} if the DISCONNECT has none. */
    public static final long UNCHANGED = -1;
}
