package io.lacewing.cluster.hazelcast;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.vertx.core.Completable;
import io.vertx.core.Vertx;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the clustered event bus where the other nodes are. Vert.x's own manager asks Hazelcast's maps for that whenever a
 * connection is made anew or a member has gone, and waits for the answer; but an answer that was on its way when a connection
 * between two members broke never comes, and Hazelcast notices only after its call timeout. So what was found is remembered here,
 * as an incarnation never moves, and what is not known yet is asked for without waiting for long.
 *
 * <p>Each node has one address, {@link NodeTransport#PREFIX} and its incarnation, so nothing needs to be registered. Thread-safe.
 */
final class PeerDirectory extends HazelcastClusterManager {
    private static final Logger log = LoggerFactory.getLogger(PeerDirectory.class);

    /** Who sends meanwhile waits so long; then his frame is lost, and the next asks again. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final long AGAIN_MILLIS = 1_000;
    private static final Completable<Void> IGNORED = (done, failure) -> {};

    private final HazelcastInstance hazelcast;
    /** Host and port of the event bus of each incarnation. */
    private final IMap<String, String> shared;

    private final Map<String, NodeInfo> known = new ConcurrentHashMap<>();
    private volatile @Nullable Vertx vertx;
    private volatile @Nullable NodeInfo own;
    private volatile @Nullable RegistrationListener registrations;

    PeerDirectory(HazelcastInstance hazelcast) {
        super(hazelcast);
        this.hazelcast = hazelcast;
        this.shared = hazelcast.getMap(MemberConfiguration.ADDRESSES);
    }

    @Override
    public void init(Vertx owner) {
        super.init(owner);
        vertx = owner;
    }

    @Override
    public void registrationListener(RegistrationListener listener) {
        super.registrationListener(listener);
        registrations = listener;
    }

    /** Done when the others can find it. */
    @Override
    public void setNodeInfo(NodeInfo info, Completable<Void> promise) {
        own = info;
        known.put(getNodeId(), info);
        repeat(() -> shared.setAsync(getNodeId(), text(info)), promise);
    }

    @Override
    public synchronized @Nullable NodeInfo getNodeInfo() {
        return own;
    }

    @Override
    public void getNodeInfo(String nodeId, Completable<NodeInfo> promise) {
        find(nodeId, (info, failure) -> {
            if (info != null) {
                promise.succeed(info);
            } else {
                promise.fail(failure != null ? failure : new IllegalStateException("node " + nodeId + " is not known"));
            }
        });
    }

    /** The node whose address it is, if it is known where that is. */
    @Override
    public void getRegistrations(String address, Completable<List<RegistrationInfo>> promise) {
        if (!address.startsWith(NodeTransport.PREFIX)) {
            promise.succeed(List.of());
            return;
        }
        String nodeId = address.substring(NodeTransport.PREFIX.length());
        find(nodeId, (info, failure) -> {
            if (failure != null) {
                promise.fail(failure);
            } else {
                promise.succeed(info == null ? List.of() : List.of(new RegistrationInfo(nodeId, 0, false)));
            }
        });
    }

    @Override
    public void addRegistration(String address, RegistrationInfo info, Completable<Void> promise) {
        promise.succeed();
    }

    @Override
    public void removeRegistration(String address, RegistrationInfo info, Completable<Void> promise) {
        promise.succeed();
    }

    /** The address of a member that has gone goes too; ours is told again, as it may have been lost with that member. */
    @Override
    public synchronized void memberRemoved(MembershipEvent event) {
        String gone = event.getMember().getAttribute(MemberConfiguration.VERTX_NODE);
        RegistrationListener listener = registrations;
        if (gone == null || listener == null) {
            return;
        }
        known.remove(gone);
        listener.registrationsLost();
        repeat(() -> shared.removeAsync(gone), IGNORED);
        NodeInfo info = own;
        if (info != null) {
            repeat(() -> shared.setAsync(getNodeId(), text(info)), IGNORED);
        }
    }

    /** The clustered Vert.x is closed after the member is gone, as the shards are handed over by it: nothing is left to leave. */
    @Override
    public void leave(Completable<Void> promise) {
        if (hazelcast.getLifecycleService().isRunning()) {
            super.leave(promise);
        } else {
            promise.succeed();
        }
    }

    private void find(String nodeId, Completable<@Nullable NodeInfo> found) {
        NodeInfo info = known.get(nodeId);
        if (info != null) {
            found.succeed(info);
            return;
        }
        Completions.on(vertx().getOrCreateContext(), () -> ask(nodeId))
                .map(text -> text.map(address -> remember(nodeId, address)).orElse(null))
                .onComplete(found);
    }

    private CompletionStage<Optional<String>> ask(String nodeId) {
        if (!getNodes().contains(nodeId)) {
            return CompletableFuture.completedStage(Optional.empty());
        }
        return shared.getAsync(nodeId)
                .thenApply(Optional::ofNullable)
                .toCompletableFuture()
                .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private NodeInfo remember(String nodeId, String text) {
        int colon = text.lastIndexOf(':');
        NodeInfo info = new NodeInfo(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)), null);
        known.put(nodeId, info);
        if (!getNodes().contains(nodeId)) {
            known.remove(nodeId); // it has gone meanwhile, and was perhaps looked for too early
        }
        return info;
    }

    /** Until it succeeds or the member ends. */
    private void repeat(Supplier<? extends CompletionStage<?>> change, Completable<Void> done) {
        if (!hazelcast.getLifecycleService().isRunning()) {
            done.fail(new IllegalStateException("the member has ended"));
            return;
        }
        Vertx timers = vertx();
        Completions.on(timers.getOrCreateContext(), () -> change.get().thenApply(changed -> true))
                .onComplete(changed -> done.succeed(), failure -> {
                    log.debug("An address is not told yet, trying again", failure);
                    timers.setTimer(AGAIN_MILLIS, id -> repeat(change, done));
                });
    }

    private static String text(NodeInfo info) {
        return info.host() + ":" + info.port();
    }

    private Vertx vertx() {
        Vertx set = vertx;
        if (set == null) {
            throw new IllegalStateException("used before Vert.x was built");
        }
        return set;
    }
}
