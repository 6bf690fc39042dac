package io.lacewing.persistence.shard;

import io.lacewing.persistence.session.SessionLimits;

/**
 * A session's queue has become more than 80 % full, or has no room for a message, after it was less than half full: soon
 * its messages are dropped, if its client does not come for them.
 *
 * @param clientId whose session
 * @param queued how many messages wait
 * @param bytes how many bytes these are
 * @param limits the bounds of both
 */
public record NearlyFull(String clientId, int queued, long bytes, SessionLimits limits) {}
