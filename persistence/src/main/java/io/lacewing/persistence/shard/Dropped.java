package io.lacewing.persistence.shard;

import io.lacewing.persistence.session.DropCause;

/**
 * How many messages a batch dropped for one cause.
 *
 * @param cause why
 * @param messages how many, at least 1
 */
public record Dropped(DropCause cause, long messages) {}
