package io.lacewing.node.mqtt;

import org.jspecify.annotations.Nullable;

/**
 * A CONNECT (3.1).
 *
 * @param version what the client speaks
 * @param clientId its client id, up to 65,535 bytes of UTF-8; empty if it leaves the choice to the server
 * @param cleanStart Clean Start, or Clean Session of MQTT 3
 * @param keepAlive seconds, 0 for none; the server waits one and a half times as long [MQTT-3.1.2-22]
 * @param userName null if not given
 * @param password its raw bytes, null if not given; not necessarily UTF-8
 * @param will null if the client has none
 * @param properties the v5 properties; {@link ConnectProperties#NONE} for MQTT 3
 */
public record Connect(
        ProtocolVersion version,
        String clientId,
        boolean cleanStart,
        int keepAlive,
        @Nullable String userName,
        byte @Nullable [] password,
        @Nullable Will will,
        ConnectProperties properties)
        implements Packet {}
