package io.lacewing.node.mqtt;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a CONNECT (3.1.2.11), with the standard's default where one was not sent.
 *
 * @param sessionExpiry seconds, 0 to 0xFFFFFFFF (never)
 * @param receiveMaximum how many QoS 1 and 2 messages the client takes at a time, 1 to 65,535
 * @param maximumPacketSize the longest packet that the client takes, in bytes; Integer.MAX_VALUE for no limit
 * @param topicAliasMaximum the highest topic alias that the client takes, 0 for none
 * @param requestResponseInformation true: the CONNACK may hold response information
 * @param requestProblemInformation false: reason strings and user properties only in CONNACK, DISCONNECT and PUBLISH
 * @param userProperties in their order
 * @param authenticationMethod null if there is no extended authentication
 * @param authenticationData null if not given; never without a method
 */
public record ConnectProperties(
        long sessionExpiry,
        int receiveMaximum,
        int maximumPacketSize,
        int topicAliasMaximum,
        boolean requestResponseInformation,
        boolean requestProblemInformation,
        List<UserProperty> userProperties,
        @Nullable String authenticationMethod,
        byte @Nullable [] authenticationData) {

    /** {@link #sessionExpiry} of a session that does not expire. */
    public static final long NO_EXPIRY = 0xFFFF_FFFFL;

    /** What a CONNECT without properties means. */
    public static final ConnectProperties NONE =
            new ConnectProperties(0, 65_535, Integer.MAX_VALUE, 0, false, true, List.of(), null, null);
}
