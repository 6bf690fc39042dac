package io.lacewing.cluster.core;

import io.lacewing.router.Digest;
import java.nio.charset.StandardCharsets;

/** Which client id belongs to which shard: the same on every node, in every version, for ever. */
public final class Shards {
    /** How many shards there are. */
    public static final int COUNT = 271;

    private Shards() {}

    /** The shard of a client id, 0 to {@code shards} - 1. */
    public static int of(String clientId, int shards) {
        return (int) Long.remainderUnsigned(Digest.hash(clientId.getBytes(StandardCharsets.UTF_8)), shards);
    }
}
