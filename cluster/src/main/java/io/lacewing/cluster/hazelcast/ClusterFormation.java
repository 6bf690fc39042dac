package io.lacewing.cluster.hazelcast;

import com.hazelcast.cluster.Member;
import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the other members and joins them. Returns only once the cluster is formed: as many members are present as
 * {@link ClusterSettings#size} wants, or they have shards already, so that the cluster was born before.
 *
 * <p>A member whose names did not resolve, or whose peers did not listen yet, begins alone. It goes on looking; when it
 * then finds someone listening whom it has not joined, the one with the greater address starts anew to join the other.
 * Until it is formed a cluster holds nothing, so nothing is lost by that.
 *
 * <p>Hazelcast looks a name up once per attempt to join and takes one address of it, so names are looked up here.
 */
final class ClusterFormation {
    private static final Logger log = LoggerFactory.getLogger(ClusterFormation.class);

    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration SAY = Duration.ofSeconds(10);
    private static final int PROBE_MILLIS = 500;

    /** How long two halves are left to find each other before one of them starts anew: Hazelcast may be at it. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ClusterSettings settings;
    private final ReplicaHost host;
    private final BooleanSupplier givenUp;

    /**
     * @param givenUp asked all the time: true ends the waiting
     */
    ClusterFormation(ClusterSettings settings, ReplicaHost host, BooleanSupplier givenUp) {
        this.settings = settings;
        this.host = host;
        this.givenUp = givenUp;
    }

    /**
     * Joins. Blocks, as long as it takes.
     *
     * @throws IllegalStateException if it was given up, or the member was refused or could not be started
     */
    HazelcastInstance join() {
        while (true) {
            Config config = MemberConfiguration.of(settings, host);
            HazelcastInstance member = Hazelcast.newHazelcastInstance(config);
            log.debug("the Hazelcast member has started");
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
        }
    }

    /** True once formed; false if this member has to start anew. */
    private boolean awaitFormation(HazelcastInstance member, Config config) {
        long lonelySince = System.nanoTime();
        long saidAt = lonelySince;
        while (!isFormed(member)) {
            if (givenUp.getAsBoolean()) {
                throw new IllegalStateException("gave up waiting for " + settings.size() + " members");
            }
            if (System.nanoTime() - saidAt > SAY.toNanos()) {
                saidAt = System.nanoTime();
                sayWhatIsMissing(member);
            }
            List<Endpoint> found = settings.discovery().find();
            MemberConfiguration.setMembers(config.getNetworkConfig(), found);
            if (System.nanoTime() - lonelySince > PATIENCE.toNanos()) {
                if (mustYield(member, found)) {
                    return false;
                }
                lonelySince = System.nanoTime();
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
        return true;
    }

    private boolean isFormed(HazelcastInstance member) {
        return member.getCluster().getMembers().size() >= settings.size()
                || !member.getMap(MemberConfiguration.SESSIONS).isEmpty();
    }

    private void sayWhatIsMissing(HazelcastInstance member) {
        int missing = settings.size() - member.getCluster().getMembers().size();
        log.info("waiting for {} more {} of {}", missing, missing == 1 ? "node" : "nodes", settings.size());
    }

    /** True if someone listens whom this cluster has not, and whose address is before all of its members'. */
    private boolean mustYield(HazelcastInstance member, List<Endpoint> found) {
        Set<String> joined = new HashSet<>();
        String least = null;
        for (Member each : member.getCluster().getMembers()) {
            String address =
                    new Endpoint(each.getAddress().getHost(), each.getAddress().getPort()).toString();
            joined.add(address);
            least = least == null || address.compareTo(least) < 0 ? address : least;
        }
        for (Endpoint endpoint : found) {
            boolean before = least != null && endpoint.toString().compareTo(least) < 0;
            if (before && !joined.contains(endpoint.toString()) && listens(endpoint)) {
                return true;
            }
        }
        return false;
    }

    private static boolean listens(Endpoint endpoint) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(endpoint.host(), endpoint.port()), PROBE_MILLIS);
            return true;
        } catch (IOException nobodyThere) {
            return false;
        }
    }
}
