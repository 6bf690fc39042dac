/**
 * A shard: the persistent sessions of a hash range of client ids, and the presence of all its clients, as one
 * deterministic state machine. The contract is {@link io.lacewing.persistence.shard.Batch} in and
 * {@link io.lacewing.persistence.shard.Applied} out; the machine is {@link io.lacewing.persistence.shard.Shard}.
 */
@NullMarked
package io.lacewing.persistence.shard;

import org.jspecify.annotations.NullMarked;
