package io.lacewing.cluster.hazelcast;

import com.hazelcast.cluster.Member;
import com.hazelcast.config.MemberAttributeConfig;
import io.lacewing.cluster.core.View;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a member tells of itself in its attributes: set before it starts, so whoever sees it can read them.
 *
 * @param node who it is
 * @param clusterId of the cluster that it knew when it started; 0 if none
 * @param durable true if it keeps sessions on its disk
 * @param oldest the oldest encoding between nodes that it reads
 * @param newest the newest one, which it writes
 * @param size how many members it waits for at the birth
 * @param version of its program
 * @param authorities as {@link MemberProfile} has them
 */
record MemberAttributes(
        View.Member node,
        long clusterId,
        boolean durable,
        int oldest,
        int newest,
        int size,
        String version,
        Set<String> authorities) {
    /**
     * The encodings of what goes between nodes: frames, batches, copies, rows. A release that changes one of them so that
     * the last release can't read it counts one up, and goes on reading the former.
     */
    static final int OLDEST_FORMAT = 1;

    static final int NEWEST_FORMAT = 1;

    private static final String PREFIX = "lacewing.";
    private static final String INCARNATION = PREFIX + "incarnation";
    private static final String NODE = PREFIX + "node";
    private static final String IDENTITY = PREFIX + "identity";
    private static final String CLUSTER = PREFIX + "cluster";
    private static final String DURABILITY = PREFIX + "durability";
    private static final String FORMATS = PREFIX + "formats";
    private static final String SIZE = PREFIX + "size";
    private static final String VERSION = PREFIX + "version";
    private static final String BEHAVIOUR = PREFIX + "behaviour";
    private static final String AUTHORITIES = PREFIX + "authorities";

    private static final String DISK = "disk";
    private static final String MEMORY = "memory";

    /** What a member with these settings tells. */
    static MemberAttributes of(ClusterSettings settings) {
        MemberProfile profile = settings.profile();
        return new MemberAttributes(
                new View.Member(settings.incarnation(), settings.nodeId(), profile.identity()),
                profile.voters().clusterId(),
                profile.durable(),
                OLDEST_FORMAT,
                NEWEST_FORMAT,
                settings.size(),
                profile.version(),
                profile.authorities());
    }

    /**
     * What a member tells.
     *
     * @return null if it is none of ours
     * @throws IllegalStateException if it is, and tells it in a way that this version does not know
     */
    static @Nullable MemberAttributes of(Member member) {
        if (member.getAttribute(INCARNATION) == null) {
            return null;
        }
        String node = text(member, NODE);
        try {
            String[] formats = text(member, FORMATS).split("-", 2);
            return new MemberAttributes(
                    new View.Member(
                            number(member, INCARNATION),
                            node,
                            number(member, IDENTITY),
                            Math.toIntExact(number(member, BEHAVIOUR))),
                    number(member, CLUSTER),
                    text(member, DURABILITY).equals(DISK),
                    Integer.parseInt(formats[0]),
                    Integer.parseInt(formats[formats.length - 1]),
                    Math.toIntExact(number(member, SIZE)),
                    text(member, VERSION),
                    authorities(text(member, AUTHORITIES)));
        } catch (NumberFormatException e) {
            throw new IllegalStateException(
                    "node " + node + " at " + member.getAddress()
                            + " is of a version that this node does not understand",
                    e);
        }
    }

    void writeTo(MemberAttributeConfig config) {
        config.setAttribute(INCARNATION, Long.toString(node.incarnation()))
                .setAttribute(NODE, node.nodeId())
                .setAttribute(IDENTITY, Long.toString(node.identity()))
                .setAttribute(CLUSTER, Long.toString(clusterId))
                .setAttribute(DURABILITY, durability())
                .setAttribute(FORMATS, oldest + "-" + newest)
                .setAttribute(SIZE, Integer.toString(size))
                .setAttribute(VERSION, version)
                .setAttribute(BEHAVIOUR, Integer.toString(node.behaviour()))
                .setAttribute(AUTHORITIES, String.join(" ", authorities));
    }

    private static Set<String> authorities(String text) {
        return text.isEmpty() ? Set.of() : Set.of(text.split(" ", -1));
    }

    String name() {
        return node.nodeId();
    }

    String durability() {
        return durable ? DISK : MEMORY;
    }

    private static String text(Member member, String name) {
        String text = member.getAttribute(name);
        return text == null ? "" : text;
    }

    private static long number(Member member, String name) {
        return Long.parseLong(text(member, name));
    }
}
