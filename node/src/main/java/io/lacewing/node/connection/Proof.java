package io.lacewing.node.connection;

import io.lacewing.node.auth.Authentication;
import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.Tenancy;
import io.lacewing.node.auth.Tenancy.Membership;
import io.lacewing.node.auth.Verdict;
import io.lacewing.node.mqtt.Endpoint;
import io.lacewing.node.mqtt.Outbound;
import io.lacewing.node.mqtt.Will;
import java.security.cert.X509Certificate;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Who the client of a connection has been found to be, for how long, and what it may do. Owned by the connection's event loop. */
final class Proof {
    private final Connection connection;
    private final Endpoint endpoint;
    private final ConnectionLoop loop;
    private Identity identity = Identity.ANONYMOUS;
    private @Nullable ProvenUntil until;
    private @Nullable Permissions permissions;
    private @Nullable ConnectionRates rates;

    /** Where the topics of its tenant are; null if it is of none. */
    private @Nullable Mount mount;

    private @Nullable String sessionId;

    /** By which name it is counted for its user, and for its tenant; null if it is not. */
    private @Nullable String seat;

    private @Nullable String tenantSeat;

    Proof(Connection connection, Endpoint endpoint, ConnectionLoop loop) {
        this.connection = connection;
        this.endpoint = endpoint;
        this.loop = loop;
    }

    /**
     * The client has proven who it is, before it is let in: who it is, and so its tenant, stays.
     *
     * @return why it may not come, in words; null if it may
     */
    @Nullable
    String first(Verdict.Allow proven, @Nullable Will will) {
        Instant end = end(proven.until());
        identity = proven.identity();
        until = end == null ? null : new ProvenUntil(connection, loop, end);
        Authentication by = loop.broker().authentication();
        ClientDetails client = Attaching.client(connection, endpoint, identity.userName());
        Tenancy tenancy = by.tenancy();
        Membership found = tenancy == null ? Membership.NONE : tenancy.of(identity, client);
        String tenant = found.tenant();
        if (tenant != null) {
            mount = new Mount(tenant, loop.mountedTopics());
            sessionId = mount.scoped(connection.clientId());
        }
        permissions = Permissions.of(by, identity, client, will, mount);
        return found.refusal();
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
            ClientDetails client = Attaching.client(connection, endpoint, proven.userName());
            permissions = Permissions.of(loop.broker().authentication(), proven, client, null, mount);
        } else {
            permissions.renew(proven);
        }
    }

    Identity identity() {
        return identity;
    }

    /** Where the topics of the client's tenant are; null if it is of none. */
    @Nullable
    Mount mount() {
        return mount;
    }

    /** By which name the broker has the client's session: its client id, or that within its tenant. */
    String sessionId() {
        return sessionId == null ? connection.clientId() : sessionId;
    }

    /** A message that goes to the client, as it is to see it. */
    Outbound seen(Outbound message) {
        return mount == null ? message : mount.seen(message);
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

    /**
     * Counts the client for its user and its tenant, once and for all: it can't become another.
     *
     * @return why there is no seat, in words; null if it has one
     */
    @Nullable
    String takeSeat() {
        String user = user();
        UserConnections users = loop.broker().users();
        if (user != null && users.isBounded()) {
            if (!users.enter(user, sessionId())) {
                return "the user has as many clients here as it may";
            }
            seat = user;
        }
        UserConnections tenants = loop.broker().tenants();
        if (mount != null && tenants.isBounded()) {
            if (!tenants.enter(mount.tenant(), sessionId())) {
                return "the tenant has as many clients here as it may";
            }
            tenantSeat = mount.tenant();
        }
        return null;
    }

    /** The user by a name that no user of another tenant has. */
    private @Nullable String user() {
        String user = identity.userName();
        return user == null || mount == null ? user : mount.scoped(user);
    }

    /** The connection is about to open: what it sends is measured from now on. */
    void letIn() {
        rates = ConnectionRates.begin(connection, endpoint, loop, user(), mount == null ? null : mount.tenant());
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
            loop.broker().users().leave(seat, sessionId());
            seat = null;
        }
        if (tenantSeat != null) {
            loop.broker().tenants().leave(tenantSeat, sessionId());
            tenantSeat = null;
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
