package io.lacewing.cluster.hazelcast;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Whether a cluster that is not formed yet must give way to a member somewhere that it has not joined. If so, the one
 * with the greater address does it soon, and the other, in case that the former can't, later. One thread.
 */
final class Strangers {
    /** How long two halves are left to find each other: Hazelcast may be at it. */
    static final Duration SOON = Duration.ofSeconds(5);

    static final Duration LATER = Duration.ofSeconds(20);
    static final Duration PAUSE = Duration.ofSeconds(1);

    private final Predicate<Endpoint> listens;
    private boolean anyone;
    private long since;
    private long lookedAt;
    private boolean looked;

    Strangers() {
        this(Probe::answers);
    }

    /** With another way to find out who is there. */
    Strangers(Predicate<Endpoint> listens) {
        this.listens = listens;
    }

    /**
     * Looks, at most once in {@link #PAUSE}, and says whether this member must start anew.
     *
     * @param joined the addresses of this cluster's members
     * @param found where members may be
     * @param now by System.nanoTime()
     */
    boolean mustYield(List<Endpoint> joined, List<Endpoint> found, long now) {
        if (joined.isEmpty() || (looked && now - lookedAt < PAUSE.toNanos())) {
            return false;
        }
        looked = true;
        lookedAt = now;
        Endpoint least = joined.stream().min(Endpoint::compareAddresses).orElseThrow();
        boolean before = false;
        boolean someone = false;
        for (Endpoint stranger : strangers(joined, found)) {
            someone = true;
            before |= Endpoint.compareAddresses(stranger, least) < 0;
        }
        if (!someone) {
            anyone = false;
            return false;
        }
        if (!anyone) {
            anyone = true;
            since = now;
        }
        return now - since >= (before ? SOON : LATER).toNanos();
    }

    private Set<Endpoint> strangers(List<Endpoint> joined, List<Endpoint> found) {
        Set<Endpoint> strangers = new HashSet<>();
        for (Endpoint named : found) {
            for (Endpoint endpoint : named.resolved()) {
                if (!joined.contains(endpoint) && listens.test(endpoint)) {
                    strangers.add(endpoint);
                }
            }
        }
        return strangers;
    }
}
