package io.lacewing.node.connection;

import io.lacewing.cluster.core.Effect.Answer;
import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.auth.Credentials;
import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.PeerCertificate;
import io.lacewing.node.auth.Verdict;
import io.lacewing.node.mqtt.Connack;
import io.lacewing.node.mqtt.ConnectProperties;
import io.lacewing.node.mqtt.Endpoint;
import io.lacewing.node.mqtt.ReasonCode;
import io.lacewing.node.mqtt.Will;
import io.lacewing.persistence.shard.ConnectionId;
import io.lacewing.persistence.shard.OpResult;
import io.lacewing.persistence.shard.OpResult.Attached;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/**
 * A connection's way from its CONNECT to its session; it lives until then. Owned by the connection's event loop.
 */
final class Attaching {
    private final Connection connection;
    private final ConnectionLoop loop;
    private final Terms terms;
    private @Nullable Identifying identifying;
    private @Nullable ClientDetails client;
    private @Nullable String method;
    private long request;

    Attaching(Connection connection, ConnectionLoop loop, Terms terms) {
        this.connection = connection;
        this.loop = loop;
        this.terms = terms;
    }

    /** Refuses the CONNECT, authenticates the client, or asks the shard of its client id for an attach epoch. */
    void begin(Endpoint endpoint) {
        Terms.Refusal refusal = terms.refusal();
        if (refusal != null) {
            connection.refuse(refusal.reason(), refusal.why());
            return;
        }
        Verdict.Deny banned = loop.broker().oversight().bans().refusal(client(endpoint));
        if (banned != null) {
            connection.refuse(Authenticating.reason(banned.denial(), false), banned.why());
            return;
        }
        ConnectProperties properties = terms.connect().properties();
        if (properties.authenticationMethod() == null) {
            identify(endpoint);
            return;
        }
        Authenticating authenticating =
                Authenticating.of(connection, loop, endpoint, terms.connect(), client(endpoint));
        if (authenticating == null) {
            connection.refuse(
                    ReasonCode.BAD_AUTHENTICATION_METHOD,
                    "the authentication method is not known here [MQTT-4.12.0-1]");
        } else {
            connection.authenticating(authenticating);
            authenticating.begin(properties.authenticationData());
        }
    }

    private void identify(Endpoint endpoint) {
        Identifying begun = new Identifying(
                connection,
                loop,
                new Credentials(client(endpoint), terms.connect().password()),
                allow -> connection.authenticated(allow, null));
        identifying = begun;
        begun.begin();
    }

    /** False if the client has a will that it may not publish. */
    private boolean mayLeaveWill() {
        Permissions permissions = connection.proof().permissions();
        Will will = terms.connect().will();
        if (will == null || (connection.proof().mount() != null && Mount.isRefused(will.topic()))) {
            return will == null;
        }
        return permissions == null ? !Permissions.isReserved(will.topic()) : permissions.mayLeaveWill();
    }

    /** The client has proven who it is, which may have taken a while. */
    void authenticated(Endpoint endpoint, Verdict.Allow allow, Connack.@Nullable Authentication lastWord) {
        Identity proven = allow.identity();
        String outside = connection.proof().first(allow, terms.connect().will());
        method = identifying == null ? terms.connect().properties().authenticationMethod() : identifying.by();
        identifying = null;
        Verdict.Deny refusal = Oversight.refusal(loop.broker(), client(endpoint), proven);
        if (refusal != null) {
            connection.refuse(Authenticating.reason(refusal.denial(), false), refusal.why());
            return;
        }
        if (outside != null) {
            connection.refuse(ReasonCode.NOT_AUTHORIZED, outside);
            return;
        }
        Will will = terms.connect().will();
        Mount mount = connection.proof().mount();
        if (will != null && mount != null && !mount.fits(will.topic())) {
            connection.refuse(ReasonCode.TOPIC_NAME_INVALID, "the will's topic is too long");
            return;
        }
        if (will != null && !mayLeaveWill()) {
            connection.proof().forbidden(Forbidden.WILL, will.topic().value());
            connection.refuse(ReasonCode.NOT_AUTHORIZED, "the will is not allowed");
            return;
        }
        String full = connection.proof().takeSeat();
        if (full != null) {
            connection.refuse(ReasonCode.QUOTA_EXCEEDED, full);
            return;
        }
        String unavailable = loop.broker().unavailable();
        if (unavailable != null) {
            connection.sendAway(ReasonCode.SERVER_UNAVAILABLE, unavailable);
        } else {
            terms.authenticated(lastWord);
            attach(endpoint);
        }
    }

    /** Who wants to be authenticated. */
    private ClientDetails client(Endpoint endpoint) {
        ClientDetails known = client;
        if (known == null) {
            known = client(connection, endpoint, terms.connect().userName());
            client = known;
        }
        return known;
    }

    /** Who wants to be let in, by this user name. */
    static ClientDetails client(Connection connection, Endpoint endpoint, @Nullable String userName) {
        X509Certificate shown = endpoint.peerCertificate();
        return new ClientDetails(
                connection.clientId(),
                userName,
                endpoint.remoteAddress().toString(),
                endpoint.listener(),
                endpoint.version().level(),
                shown == null ? proxied(endpoint) : PeerCertificate.of(shown));
    }

    private static @Nullable PeerCertificate proxied(Endpoint endpoint) {
        String name = endpoint.proxiedName();
        return name == null ? null : PeerCertificate.named(name.isEmpty() ? null : name);
    }

    /** The CONNECT is refused. */
    void refused(Endpoint endpoint, ReasonCode reason, String why) {
        loop.broker().oversight().refused(client(endpoint), reason, why);
    }

    private void attach(Endpoint endpoint) {
        if (terms.mayBeTooLong() && !endpoint.takes(terms.connack(false))) {
            connection.refuse(
                    ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
                    "the CONNACK is longer than the client's Maximum Packet Size");
            return;
        }
        loop.gate().register(connection.number(), connection);
        ConnectionId id = new ConnectionId(loop.gate().incarnation(), connection.number());
        Proof proof = connection.proof();
        request = loop.gate()
                .request(proof.sessionId(), terms.attach(id, proof.sessionId(), proof.mount()), this::answered);
    }

    /** The connection has ended: the attach must not come after that of the client's next connection. */
    void cancel() {
        if (identifying != null) {
            identifying.cancel();
        }
        if (request != 0) {
            loop.gate().cancel(request);
        }
    }

    private void answered(Answer answer) {
        if (answer instanceof Answer.Shard(Attached attached)) {
            if (connection.isAttaching()) {
                connection.proof().letIn();
            }
            connection.attached(attached, terms);
            letIn();
            return;
        }
        loop.gate().unregister(connection.number());
        if (connection.isAttaching()) {
            ReasonCode reason = refusal(answer);
            connection.refuse(
                    reason,
                    reason == ReasonCode.SERVER_UNAVAILABLE
                            ? "the session's shard can not be reached"
                            : "the session's shard refuses it");
        }
    }

    private void letIn() {
        ClientDetails who = client;
        if (who != null && connection.isOpen()) {
            String by = method == null ? "none" : method;
            loop.broker().oversight().letIn(who, connection.proof(), by);
        }
    }

    private static ReasonCode refusal(Answer answer) {
        ReasonCode reason = answer instanceof Answer.Shard(OpResult.Refused(int code)) ? ReasonCode.of(code) : null;
        return reason == null ? ReasonCode.SERVER_UNAVAILABLE : reason;
    }
}
