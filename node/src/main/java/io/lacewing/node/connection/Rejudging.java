package io.lacewing.node.connection;

import io.lacewing.node.auth.Authorization.OnDenied;
import io.lacewing.node.auth.Authorizer;
import io.lacewing.node.ban.Bans;
import io.lacewing.node.mqtt.ReasonCode;
import io.lacewing.router.TopicFilter;
import io.vertx.core.Context;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the connections of one event loop judged by new rules, new bans and new lists of revoked certificates: looked for with each
 * sweep, a number of connections per turn, so
 * that their messages go on meanwhile. Owned by its loop.
 */
final class Rejudging {
    private static final Logger log = LoggerFactory.getLogger(Rejudging.class);

    /** Connections per turn of the loop. */
    private static final int PER_TURN = 500;

    private final Context context;
    private final KeepAlive connections;
    private final Authorizer authorizer;
    private final Bans bans;
    private final Revocations revocations;
    private final Deque<Connection> waiting = new ArrayDeque<>(0);
    private long judged;
    private long judgedBans;
    private long judgedRevocations;

    Rejudging(Context context, KeepAlive connections, Authorizer authorizer, Bans bans, Revocations revocations) {
        this.context = context;
        this.connections = connections;
        this.authorizer = authorizer;
        this.bans = bans;
        this.revocations = revocations;
        this.judged = authorizer.version();
        this.judgedBans = bans.version();
        this.judgedRevocations = revocations.version();
    }

    /** Begins if the rules, the bans or the lists have changed, and it is not at work. */
    void sweep() {
        long latest = authorizer.version();
        long latestBans = bans.version();
        long latestRevocations = revocations.version();
        boolean changed = latest != judged || latestBans != judgedBans || latestRevocations != judgedRevocations;
        if (changed && waiting.isEmpty()) {
            judged = latest;
            judgedBans = latestBans;
            judgedRevocations = latestRevocations;
            waiting.addAll(connections.all());
            next();
        }
    }

    private void next() {
        for (int i = 0; i < PER_TURN; i++) {
            Connection connection = waiting.poll();
            if (connection == null) {
                return;
            }
            try {
                judge(connection);
            } catch (RuntimeException | Error e) {
                log.error("a connection could not be judged by new rules, and is closed", e);
                connection.failed();
            }
        }
        context.runOnContext(v -> next());
    }

    /** A connection is open. If its session is an older one, nobody has judged its subscriptions while the client was away. */
    static void opened(Connection connection, boolean resumed) {
        Permissions by = connection.proof().permissions();
        ClientSession session = connection.session();
        if (by != null && session != null && resumed && connection.isOpen()) {
            session.revoke(by);
        }
        judge(connection);
    }

    /**
     * Ends a connection whose client is banned or whose certificate has been revoked, or what it has and its rights do not allow any
     * more, if they have changed since it was judged last.
     */
    static void judge(Connection connection) {
        if (connection.isOpen() && connection.proof().isBanned()) {
            // 0x8A is for a CONNACK only (3.14.2.1).
            connection.disconnect(ReasonCode.ADMINISTRATIVE_ACTION, "banned");
            return;
        }
        if (connection.isOpen() && connection.proof().isRevoked()) {
            connection.disconnect(ReasonCode.NOT_AUTHORIZED, "the certificate has been revoked");
            return;
        }
        Permissions by = connection.proof().permissions();
        ClientSession session = connection.session();
        if (by == null || session == null || !connection.isOpen() || !by.isToJudge()) {
            return;
        }
        if (by.mayLeaveWill()) {
            session.revoke(by);
        } else {
            connection.proof().forbidden(Forbidden.WILL, by.willTopic());
            connection.disconnectWithoutWill(ReasonCode.NOT_AUTHORIZED, "the will is not allowed any more");
        }
    }

    /** A subscription has ended that is not allowed any more; MQTT has no packet that tells a client so. */
    static void revoked(Connection connection, TopicFilter filter, OnDenied effect) {
        connection.proof().forbidden(Forbidden.REVOKED, filter.value());
        if (effect == OnDenied.DISCONNECT) {
            connection.disconnect(ReasonCode.NOT_AUTHORIZED, "a subscription is not allowed any more");
        }
    }
}
