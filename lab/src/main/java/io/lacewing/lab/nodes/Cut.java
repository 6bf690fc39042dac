package io.lacewing.lab.nodes;

/**
 * One node does not get what another sends. The other direction is another cut.
 *
 * @param from the index of the node whose packets get lost
 * @param to the index of the node that misses them
 */
public record Cut(int from, int to, Kind kind) {
    /** What becomes of the packets. */
    public enum Kind {
        /** They vanish, as when a cable is pulled. */
        DROP,
        /** They are answered with a TCP reset or ICMP, as by a firewall. */
        REJECT
    }
}
