package io.lacewing.node.ban;

import io.lacewing.cluster.core.Input.Order;
import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.auth.Denial;
import io.lacewing.node.auth.RemoteHost;
import io.lacewing.node.auth.Verdict;
import io.lacewing.node.ban.Ban.Kind;
import io.lacewing.router.Message;
import io.lacewing.router.RetainedIndex;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is banned in the cluster, as this node knows it. The list is among the rows that the cluster keeps
 * ({@link Order.Keep}), so it is the same on all nodes and outlives their stop; this reads them into an index for look-ups
 * whenever they have changed. Thread-safe; look-ups take no lock.
 */
public final class Bans implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Bans.class);

    /** The client is not told why, or until when: the operator's words are for operators. */
    private static final Verdict.Deny REFUSAL = new Verdict.Deny(Denial.BANNED, "banned");

    private static final long LOOK_MILLIS = 100;

    private final int most;
    private final Supplier<RetainedIndex> rows;
    private final Function<Order, Future<List<String>>> core;
    private final ScheduledExecutorService looking;
    private RetainedIndex seen = RetainedIndex.empty();
    private IdentityHashMap<Message, Ban> read = new IdentityHashMap<>();
    private volatile BanIndex index = BanIndex.EMPTY;
    private volatile long version;

    /**
     * An empty list, until {@link #refresh}.
     *
     * @param most how many bans there may be
     * @param rows the rows of now; any thread
     * @param core carries orders out; any thread
     */
    public Bans(int most, Supplier<RetainedIndex> rows, Function<Order, Future<List<String>>> core) {
        this.most = most;
        this.rows = rows;
        this.core = core;
        this.looking = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("ban list").daemon().factory(), new ThreadPoolExecutor.DiscardPolicy());
    }

    /** Looks for changed rows from now on, by a thread of its own, until it is closed. */
    public void begin() {
        var unused = looking.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Takes the rows of now. Costs a comparison where nothing has changed, else a step for each ban. Any thread. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written in here only
    public synchronized void refresh() {
        RetainedIndex now = rows.get();
        if (now == seen) {
            return;
        }
        seen = now;
        IdentityHashMap<Message, Ban> known = new IdentityHashMap<>();
        for (Iterator<Message> all = now.matching(BanRows.ALL); all.hasNext(); ) {
            Message row = all.next();
            Ban ban = read.containsKey(row) ? read.get(row) : BanRows.read(row);
            if (ban == null) {
                LOG.debug("a row that is no ban: {}", row.topic());
            } else {
                known.put(row, ban);
            }
        }
        read = known;
        BanIndex fresh = new BanIndex(known.values());
        BanIndex before = index;
        index = fresh;
        if (fresh.endsMoreThan(before)) {
            version++;
        }
    }

    /** Done when the rows of now have been read. */
    private Future<Void> read() {
        Promise<Void> done = Promise.promise();
        looking.execute(() -> {
            look();
            done.complete();
        });
        return done.future();
    }

    private void look() {
        try {
            refresh();
        } catch (RuntimeException | Error e) {
            // The next look must still come.
            LOG.error("the bans can't be read", e);
        }
    }

    /** Another number whenever there is a ban that may end connections. */
    public long version() {
        return version;
    }

    /** Why a client may not come, by its client id, the user name that it gives, and its address; null if it may. */
    public Verdict.@Nullable Deny refusal(ClientDetails client) {
        BanIndex now = index;
        if (now.isEmpty()) {
            return null;
        }
        boolean banned = now.ofClientId(client.clientId()) != null
                || now.ofUser(client.userName()) != null
                || now.ofAddress(RemoteHost.of(client.remoteAddress())) != null;
        return banned ? REFUSAL : null;
    }

    /** Why who has proven to be this user may not come; null if it may. */
    public Verdict.@Nullable Deny refusal(@Nullable String user) {
        return index.ofUser(user) == null ? null : REFUSAL;
    }

    /** True if nobody from this address may come: to be asked as a connection is accepted. */
    public boolean isBanned(InetAddress address) {
        return index.ofAddress(address) != null;
    }

    /**
     * True if a connection that is open is to end.
     *
     * @param user who the client has proven to be; null if nobody
     * @param address as host and port
     */
    public boolean endsConnection(String clientId, @Nullable String user, String address) {
        BanIndex now = index;
        return !now.isEmpty()
                && (now.ofClientId(clientId) != null
                        || now.ofUser(user) != null
                        || now.ofConnected(RemoteHost.of(address)) != null);
    }

    /** The bans in force. */
    public List<Ban> list() {
        long now = System.currentTimeMillis();
        List<Ban> all = new ArrayList<>(index.all());
        all.removeIf(ban -> !ban.isInForce(now));
        return all;
    }

    /** How many bans of a kind are in force. */
    public int count(Kind kind) {
        return index.counts().getOrDefault(kind, 0);
    }

    /** True if there is a ban of exactly this. */
    boolean has(Kind kind, String value) {
        return list().stream().anyMatch(ban -> ban.kind() == kind && ban.value().equals(value));
    }

    /**
     * The ban of exactly this that is in force by the rows of now, whether they have been read or not; null if there is none.
     */
    @Nullable
    Ban standing(Kind kind, String value) {
        Message row = rows.get().get(BanRows.topic(kind, value));
        Ban ban = row == null ? null : BanRows.read(row);
        return ban != null && ban.isInForce(System.currentTimeMillis()) ? ban : null;
    }

    /** True if one more ban may be set; an automatic one only in the first half, so that the list is never full for operators. */
    boolean hasRoom(boolean automatic) {
        return index.all().size() < (automatic ? most / 2 : most);
    }

    /** Sets a ban, in place of an older one of the same: done when all nodes have it, and this one goes by it. */
    Future<Void> set(Ban ban) {
        return keep(BanRows.set(ban));
    }

    /** Lifts a ban: done when all nodes know, and this one goes by it. */
    Future<Void> lift(Kind kind, String value) {
        return keep(BanRows.lift(kind, value));
    }

    private Future<Void> keep(Message row) {
        return core.apply(new Order.Keep(row)).compose(done -> read());
    }

    /** Looks no more; what waits for a look is not told. */
    @Override
    public void close() {
        looking.shutdownNow();
    }
}
