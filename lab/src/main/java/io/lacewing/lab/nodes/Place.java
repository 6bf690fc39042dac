package io.lacewing.lab.nodes;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * Where a node runs.
 *
 * @param name of the node
 * @param host its address, as the other nodes and the clients reach it
 * @param ports of its listeners
 * @param prefix a command that runs the rest of its line on that host; empty for here
 */
public record Place(String name, String host, Ports ports, List<String> prefix) {

    /** Ports of one node. */
    public record Ports(int mqtt, int ws, int http, int cluster, int bus) {
        /** What the documentation names. */
        static final Ports USUAL = new Ports(1883, 8083, 8080, 5701, 5801);

        /** How many there are. */
        static final int COUNT = 5;

        /** Consecutive ports. */
        static Ports from(int first) {
            return new Ports(first, first + 1, first + 2, first + 3, first + 4);
        }
    }

    /** Where clients connect to. */
    public InetSocketAddress mqtt() {
        return new InetSocketAddress(host, ports.mqtt());
    }

    /** As other nodes name it. */
    public String member() {
        return host + ":" + ports.cluster();
    }
}
