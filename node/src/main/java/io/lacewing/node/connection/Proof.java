package io.lacewing.node.connection;

import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.Verdict;
import io.lacewing.node.mqtt.Endpoint;
import java.security.cert.X509Certificate;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Who the client of a connection has been found to be, for how long, and what it may do. Owned by the connection's event loop. */
final class Proof {
    /** Why {@link #takeSeat} said no. */
    static final String NO_SEAT = "the user has as many clients here as it may";

    private final Connection connection;
    private final Endpoint endpoint;
    private final ConnectionLoop loop;
    private Identity identity = Identity.ANONYMOUS;
    private @Nullable ProvenUntil until;
    private @Nullable Permissions permissions;
    private @Nullable ConnectionRates rates;

    /** By which name it is counted; null if it is not. */
    private @Nullable String seat;

    Proof(Connection connection, Endpoint endpoint, ConnectionLoop loop) {
        this.connection = connection;
        this.endpoint = endpoint;
        this.loop = loop;
    }

    /** The client has proven who it is, before it is let in. */
    void first(Verdict.Allow proven, @Nullable Permissions by) {
        Instant end = end(proven.until());
        identity = proven.identity();
        until = end == null ? null : new ProvenUntil(connection, loop, end);
        permissions = by;
    }

    /** When what the client has proven who it is by ends, or what it was let into the listener by. */
    private @Nullable Instant end(@Nullable Instant proven) {
        X509Certificate shown =
                loop.broker().authentication().admission().endsWithCertificate() ? endpoint.peerCertificate() : null;
        if (shown == null) {
            return proven;
        }
        Instant end = shown.getNotAfter().toInstant();
        return proven == null || end.isBefore(proven) ? end : proven;
    }

    /** True if the certificate that the client has shown has been revoked meanwhile. */
    boolean isRevoked() {
        return loop.broker().revocations().isRevoked(endpoint);
    }

    /** The client has proven again who it is: what it may do follows from what is known of it now. */
    void again(Identity proven) {
        identity = proven;
        if (permissions == null) {
            permissions = Permissions.of(
                    connection,
                    endpoint,
                    loop.broker().authentication().authorization().authorizer(),
                    proven,
                    null);
        } else {
            permissions.renew(proven);
        }
    }

    Identity identity() {
        return identity;
    }

    /** What the client may do; null if it may do all but publish to what is the broker's. */
    @Nullable
    Permissions permissions() {
        return permissions;
    }

    /** Something was kept from the client: {@code topic} is a topic name or filter. */
    void forbidden(Forbidden what, String topic) {
        loop.broker().counters().forbidden(loop.index(), what);
        loop.broker().oversight().forbidden(what, topic, connection, endpoint, identity);
    }

    /** True if the client has been banned, in a way that ends connections. */
    boolean isBanned() {
        return loop.broker()
                .oversight()
                .bans()
                .endsConnection(
                        connection.clientId(),
                        identity.userName(),
                        endpoint.remoteAddress().toString());
    }

    /** Counts the client for its user, once and for all: it can't become another. False if that has as many as it may. */
    boolean takeSeat() {
        String user = identity.userName();
        UserConnections users = loop.broker().users();
        if (user == null || !users.isBounded()) {
            return true;
        }
        boolean taken = users.enter(user, connection.clientId());
        seat = taken ? user : null;
        return taken;
    }

    /** The connection is about to open: what it sends is measured from now on. */
    void letIn() {
        rates = ConnectionRates.begin(connection, endpoint, loop, identity.userName());
    }

    /** What the client may be sent at a time; null if it may be any amount. */
    @Nullable
    Sending sending() {
        return rates == null ? null : rates.sending();
    }

    /** The connection is open: it ends when the proof does. */
    void begin() {
        if (until != null) {
            until.begin();
        }
    }

    /** The connection has ended, for the session or altogether; may be called for each. */
    void cancel() {
        if (seat != null) {
            loop.broker().users().leave(seat, connection.clientId());
            seat = null;
        }
        if (until != null) {
            until.cancel();
        }
        if (rates != null) {
            rates.end();
            rates = null;
        }
    }
}
