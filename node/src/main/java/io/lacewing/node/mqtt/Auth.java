package io.lacewing.node.mqtt;

import org.jspecify.annotations.Nullable;

/**
 * An AUTH from a client (3.15).
 *
 * @param reason {@link ReasonCode#CONTINUE_AUTHENTICATION} or {@link ReasonCode#RE_AUTHENTICATE}
 * @param method the authentication method
 * @param data null if not given
 */
public record Auth(ReasonCode reason, String method, byte @Nullable [] data) implements Packet {}
