package io.lacewing.persistence.journal;

import io.lacewing.persistence.shard.Shard;

/**
 * A shard as the journal had it.
 *
 * @param shard its number
 * @param copy its last good standing
 * @param doubtful true if the node may have reported a later standing kept than this
 * @param why what makes it doubtful, in words for an operator; empty if it is not
 */
public record RecoveredShard(int shard, Shard copy, boolean doubtful, String why) {}
