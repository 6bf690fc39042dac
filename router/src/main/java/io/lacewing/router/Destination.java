package io.lacewing.router;

/**
 * Where a route leads: to a node, for its transient sessions, or to a shard, for its persistent ones. Ordered, nodes
 * before shards, then by number; the order and the hash are the same on every machine.
 */
public sealed interface Destination extends Comparable<Destination> {

    /**
     * A running node.
     *
     * @param incarnation the number that its process start got; a restarted node is another destination
     */
    record NodeDestination(long incarnation) implements Destination {
        @Override
        public int compareTo(Destination other) {
            return switch (other) {
                case NodeDestination node -> Long.compare(incarnation, node.incarnation);
                case ShardDestination shard -> -1;
            };
        }

        @Override
        public int hashCode() {
            return Long.hashCode(incarnation) * 31;
        }
    }

    /**
     * A shard, wherever it lives now.
     *
     * @param shard its number
     */
    record ShardDestination(int shard) implements Destination {
        @Override
        public int compareTo(Destination other) {
            return switch (other) {
                case NodeDestination node -> 1;
                case ShardDestination that -> Integer.compare(shard, that.shard);
            };
        }

        @Override
        public int hashCode() {
            return ~shard;
        }
    }
}
