package io.lacewing.persistence.shard;

/**
 * Who numbers ops: a node (by its incarnation), the outbox of a shard, or nobody (the owner's own ops).
 *
 * @param kind what it is
 * @param id the incarnation, the shard, or 0
 */
public record Origin(Kind kind, long id) {

    /** The owner itself: its ops are not numbered, as nobody repeats them. */
    public static final Origin OWNER = new Origin(Kind.OWNER, 0);

    /** What an origin can be. */
    public enum Kind {
        OWNER,
        NODE,
        SHARD
    }

    public static Origin node(long incarnation) {
        return new Origin(Kind.NODE, incarnation);
    }

    public static Origin shard(int shard) {
        return new Origin(Kind.SHARD, shard);
    }
}
