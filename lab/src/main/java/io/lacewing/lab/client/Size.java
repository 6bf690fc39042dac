package io.lacewing.lab.client;

/**
 * How much load there is.
 *
 * @param publishers persistent publishers, and as many transient ones
 * @param rate messages per second of each publisher
 * @param subscribers of each kind: persistent and online, persistent and often absent, transient
 * @param sleepers persistent subscribers that stay away until the end
 * @param retainers clients that publish retained messages
 * @param enders clients that begin and end sessions
 */
public record Size(int publishers, int rate, int subscribers, int sleepers, int retainers, int enders) {
    /** What suits so many nodes on a small machine. */
    public static Size of(int nodes, int rate) {
        return new Size(nodes, rate, nodes, 10 * nodes, nodes, nodes);
    }
}
