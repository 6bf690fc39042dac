package io.lacewing.node;

import io.lacewing.cluster.core.Input.Order;
import io.lacewing.node.audit.Audit;
import io.lacewing.node.audit.Shown;
import io.lacewing.node.ban.AutomaticBans;
import io.lacewing.node.ban.Ban;
import io.lacewing.node.ban.Ban.Cause;
import io.lacewing.node.ban.Ban.Kind;
import io.lacewing.node.ban.BanOrders;
import io.lacewing.node.ban.Bans;
import io.lacewing.node.config.AuditEvent;
import io.lacewing.node.config.BansConfig;
import io.lacewing.node.connection.Oversight;
import io.lacewing.node.http.OperateHandler;
import io.lacewing.node.metrics.Metrics;
import io.lacewing.router.RetainedIndex;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** The ban list of a node and what sets bans, put together. Used by the thread that starts the node. */
final class BanPart implements AutoCloseable {
    private final Bans bans;
    private final AutomaticBans automatic;
    private final BanOrders orders;
    private final Audit audit;

    /**
     * An empty list, until {@link #begin}.
     *
     * @param rows the rows of the cluster; any thread
     * @param core carries orders out; any thread
     */
    BanPart(BansConfig config, Supplier<RetainedIndex> rows, Function<Order, Future<List<String>>> core, Audit audit) {
        this.bans = new Bans(config.max(), rows, core);
        this.automatic = new AutomaticBans(config, bans, ban -> audit.admin("ban " + described(ban)));
        this.orders = new BanOrders(bans, audit::admin);
        this.audit = audit;
    }

    private static String described(Ban ban) {
        return ban.describe(Shown.of(ban.value()), ban.by()) + ": " + ban.reason();
    }

    /** What the connections know of it. */
    Oversight oversight() {
        return new Oversight(bans, automatic, audit);
    }

    /** True if nobody may connect from this address. Any thread. */
    boolean isBanned(InetAddress address) {
        return bans.isBanned(address);
    }

    /** Looks for changed rows from now on, until it is closed. */
    void begin() {
        bans.begin();
    }

    /** Reads what is there, before the first client comes. Blocks. */
    void read() {
        bans.refresh();
    }

    @Override
    public void close() {
        bans.close();
    }

    /** Lets operators use it. */
    void operateBy(OperateHandler handler) {
        handler.also("ban", orders::ban);
        handler.also("unban", orders::unban);
        handler.also("bans", orders::list);
    }

    void show(Metrics metrics) {
        for (Kind kind : Kind.values()) {
            metrics.showBans(kind.word(), () -> bans.count(kind));
        }
        for (Cause cause : List.of(Cause.GUESSING, Cause.FLAPPING)) {
            metrics.showAutomaticBans(cause.word(), () -> automatic.set(cause));
        }
        for (AuditEvent event : AuditEvent.values()) {
            metrics.showAuditEvents(event.word(), () -> audit.told(event));
        }
        metrics.showAuditLosses(audit::leftOut, audit::dropped);
    }
}
