package io.lacewing.node.connection;

import io.lacewing.node.rates.RateLimits;
import io.lacewing.persistence.session.QueuePolicy;

/**
 * The bounds of connections and of the sessions that end with them.
 *
 * @param maxConnections connections of this node at a time
 * @param maxConnectionsPerUser clients of one user name at this node at a time; 0 for no bound
 * @param receiveMaximum QoS 1 and 2 messages that a client may have unacknowledged [MQTT-3.2.2-9 ff.], 1 to 65,535
 * @param maxInflight QoS 1 and 2 messages that a client is sent unacknowledged, whatever it allows
 * @param maxQueuedMessages messages that wait for one client
 * @param maxQueuedBytes bytes of messages that wait for one client
 * @param maxPendingBytes bytes written to a client that does not read; QoS 0 messages beyond are dropped
 * @param maxSubscriptions subscriptions of one client
 * @param maxSessionExpiry seconds that a session may outlive its connection; 0xFFFFFFFF for ever
 * @param maxKeepAlive seconds; a client that asks for more, or for none, is told this one; 0 for no bound
 * @param authenticationMillis milliseconds that finding out who a client is may take, from its CONNECT, or its AUTH, on
 * @param topics how large topic names and filters may be
 * @param maxClientIdLength bytes of a client id
 * @param maxFilters filters of one SUBSCRIBE
 * @param maxRetained retained messages; one on a further topic is refused if its client can be told, else sent on but
 *     not retained
 * @param maxRetainedBytes bytes of retained messages, likewise
 * @param queuePolicy what happens to a message for a client for which as many wait as may
 * @param rates how much may be sent per second
 */
public record ConnectionLimits(
        int maxConnections,
        int maxConnectionsPerUser,
        int receiveMaximum,
        int maxInflight,
        int maxQueuedMessages,
        long maxQueuedBytes,
        long maxPendingBytes,
        int maxSubscriptions,
        long maxSessionExpiry,
        int maxKeepAlive,
        long authenticationMillis,
        TopicBounds topics,
        int maxClientIdLength,
        int maxFilters,
        int maxRetained,
        long maxRetainedBytes,
        QueuePolicy queuePolicy,
        RateLimits rates) {}
