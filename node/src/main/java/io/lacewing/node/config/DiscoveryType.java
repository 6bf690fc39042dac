package io.lacewing.node.config;

/** How a node finds the others. */
public enum DiscoveryType {
    /** Not at all: others may join it. */
    NONE,
    /** From a list of addresses. */
    STATIC,
    /** From the addresses of a DNS name. */
    DNS
}
