package io.lacewing.cluster.hazelcast;

import com.hazelcast.cluster.Member;
import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.lacewing.cluster.core.Voters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the other members and joins them. Returns only once the cluster is formed, which is when it serves already, so
 * that this node only comes to it; or when a majority of the voters that this node knows is present; or, where it knows
 * none, when as many members are present as {@link ClusterSettings#size} wants, or one that was in a cluster before; or
 * when an operator wants it to go on with those that are present.
 *
 * <p>A member whose names did not resolve, or whose peers did not listen yet, begins alone. It goes on looking; when it
 * then finds someone listening whom it has not joined, it starts anew to join him: the one with the greater address soon,
 * the other later, as the former may be one of a cluster that serves, which does not give way. Until it is formed a
 * cluster holds nothing, so nothing is lost by that.
 */
final class ClusterFormation {
    private static final Logger log = LoggerFactory.getLogger(ClusterFormation.class);

    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration SAY = Duration.ofSeconds(10);
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final ClusterSettings settings;
    private final MemberAttributes self;
    private final ReplicaHost host;
    private final Patience patience;

    /**
     * @param patience asked all the time: true ends the waiting
     */
    ClusterFormation(ClusterSettings settings, ReplicaHost host, Patience patience) {
        this.settings = settings;
        this.self = MemberAttributes.of(settings);
        this.host = host;
        this.patience = patience;
    }

    /**
     * Joins. Blocks, as long as it takes.
     *
     * @throws RefusedException if this node can't be in one cluster with the members that it found
     * @throws IllegalStateException if it was given up
     */
    HazelcastInstance join() {
        List<Endpoint> peers = settings.discovery().find();
        while (true) {
            Config config = MemberConfiguration.of(settings, host);
            MemberConfiguration.setMembers(config.getNetworkConfig(), peers);
            HazelcastInstance member = start(config);
            peers = settings.discovery().find();
            if (member != null) {
                try {
                    if (awaitFormation(member, config)) {
                        log.debug("the cluster is formed");
                        return member;
                    }
                    log.info("Starting anew, to join the members that were found at other addresses");
                } catch (RuntimeException e) {
                    member.getLifecycleService().terminate();
                    throw e;
                }
                member.getLifecycleService().terminate();
            } else {
                // Nobody is let in while one that accepts connections does not answer: go without it.
                peers = peers.stream().filter(Probe::answers).toList();
            }
            demandPatience();
        }
    }

    /** Null if nobody would have it: Hazelcast says why in its log. */
    private @Nullable HazelcastInstance start(Config config) {
        try {
            HazelcastInstance member = Hazelcast.newHazelcastInstance(config);
            log.debug("the Hazelcast member has started");
            return member;
        } catch (IllegalStateException notJoined) {
            log.info("Not joined yet, trying again: {}", notJoined.getMessage());
            LockSupport.parkNanos(AGAIN.toNanos());
            return null;
        }
    }

    private void demandPatience() {
        if (patience.isOver()) {
            throw new IllegalStateException("gave up waiting for " + settings.size() + " members");
        }
    }

    /** True once formed; false if this member has to start anew. */
    private boolean awaitFormation(HazelcastInstance member, Config config) {
        Strangers strangers = new Strangers();
        Set<String> warned = new HashSet<>();
        long saidAt = System.nanoTime();
        while (true) {
            List<MemberAttributes> others = others(member);
            Long clusterId = others.isEmpty() ? null : clusterId(member);
            boolean serving = clusterId != null || (!others.isEmpty() && holdsShards(member));
            Admission admission = new Admission(self, others, clusterId == null ? 0 : clusterId);
            String refusal = admission.refusal();
            if (refusal != null) {
                throw new RefusedException(refusal);
            }
            admission.warnings().stream().filter(warned::add).forEach(log::warn);
            if (admission.conflicts().isEmpty() && (serving || patience.isForced() || isFormed(others))) {
                return true;
            }
            demandPatience();
            if (System.nanoTime() - saidAt > SAY.toNanos()) {
                saidAt = System.nanoTime();
                sayWhatIsMissing(others, admission);
            }
            List<Endpoint> found = settings.discovery().find();
            MemberConfiguration.setMembers(config.getNetworkConfig(), found);
            if (strangers.mustYield(endpoints(member), found, System.nanoTime())) {
                return false;
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private static List<MemberAttributes> others(HazelcastInstance member) {
        List<MemberAttributes> others = new ArrayList<>();
        for (Member each : member.getCluster().getMembers()) {
            MemberAttributes attributes = each.localMember() ? null : MemberAttributes.of(each);
            if (attributes != null) {
                others.add(attributes);
            }
        }
        return others;
    }

    private static @Nullable Long clusterId(HazelcastInstance member) {
        return member.<String, Long>getMap(MemberConfiguration.CLUSTER).get(MemberConfiguration.CLUSTER_ID);
    }

    private static boolean holdsShards(HazelcastInstance member) {
        return !member.getMap(MemberConfiguration.SESSIONS).isEmpty();
    }

    private boolean isFormed(List<MemberAttributes> others) {
        Voters voters = settings.profile().voters();
        if (voters.version() == 0) {
            return others.size() + 1 >= settings.size() || others.stream().anyMatch(other -> other.clusterId() != 0);
        }
        return votersPresent(others, voters) >= voters.majority();
    }

    private int votersPresent(List<MemberAttributes> others, Voters voters) {
        Set<Long> present = new HashSet<>();
        present.add(self.node().identity());
        others.forEach(other -> present.add(other.node().identity()));
        int votes = 0;
        for (Voters.Voter voter : voters.members()) {
            votes += present.contains(voter.identity()) ? 1 : 0;
        }
        return votes;
    }

    private void sayWhatIsMissing(List<MemberAttributes> others, Admission admission) {
        Voters voters = settings.profile().voters();
        if (!admission.conflicts().isEmpty()) {
            log.warn(
                    "waiting for {} to leave, which can't be in one cluster with this node",
                    admission.conflicts().getFirst().name());
        } else if (voters.version() == 0) {
            int missing = settings.size() - others.size() - 1;
            log.info("waiting for {} more {} of {}", missing, missing == 1 ? "node" : "nodes", settings.size());
        } else {
            log.info(
                    "waiting for a majority of the nodes {}: {} of {} are present",
                    voters.members().stream().map(Voters.Voter::nodeId).sorted().toList(),
                    votersPresent(others, voters),
                    voters.majority());
        }
    }

    private static List<Endpoint> endpoints(HazelcastInstance member) {
        return member.getCluster().getMembers().stream()
                .map(Member::getAddress)
                .flatMap(address -> new Endpoint(address.getHost(), address.getPort()).resolved().stream())
                .toList();
    }
}
