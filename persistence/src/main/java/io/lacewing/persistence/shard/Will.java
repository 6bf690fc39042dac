package io.lacewing.persistence.shard;

import io.lacewing.router.Message;

/**
 * A will as CONNECT gave it (3.1.2.5).
 *
 * @param message what is published; its expiry interval starts when it is published, so {@code message.expiresAt} is not
 *     used
 * @param delaySeconds the will delay interval, 0 to 4,294,967,295
 * @param expirySeconds the message expiry interval, or -1 if none was given
 */
public record Will(Message message, long delaySeconds, long expirySeconds) {}
