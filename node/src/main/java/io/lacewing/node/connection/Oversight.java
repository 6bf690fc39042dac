package io.lacewing.node.connection;

import io.lacewing.node.audit.Audit;
import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.auth.Denial;
import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.Verdict;
import io.lacewing.node.ban.AutomaticBans;
import io.lacewing.node.ban.Bans;
import io.lacewing.node.config.AuditEvent;
import io.lacewing.node.mqtt.Endpoint;
import io.lacewing.node.mqtt.ReasonCode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who watches the clients of a node: keeps the banned ones out, counts what leads to a ban, and tells the audit log. Thread-safe;
 * asked on event loops, and answers at once.
 *
 * @param bans who is banned
 * @param automatic who will be
 * @param audit what is told
 */
public record Oversight(Bans bans, AutomaticBans automatic, Audit audit) {
    private static final Logger log = LoggerFactory.getLogger(Oversight.class);

    /** Why who has proven who it is may not come; null if it may. */
    static Verdict.@Nullable Deny refusal(Broker broker, ClientDetails client, Identity identity) {
        Verdict.Deny banned = broker.oversight().bans.refusal(identity.userName());
        return banned != null ? banned : broker.authentication().admission().refusal(client, identity);
    }

    /** A client is let in. A ban of a client id is for all tenants: a client of one must not bring it upon those of others. */
    void letIn(ClientDetails client, Proof proof, String method) {
        Identity identity = proof.identity();
        if (proof.mount() == null) {
            automatic.letIn(client);
        }
        audit.tell(AuditEvent.CONNECT, () -> named(client, identity), method, "");
    }

    /** Somebody has given what was to prove who it is, and was refused. */
    void failed(ClientDetails client, Denial denial) {
        if (denial == Denial.BAD_USER_NAME_OR_PASSWORD || denial == Denial.NOT_AUTHORIZED) {
            automatic.failed(client);
        }
    }

    /** A CONNECT is refused, or a re-authentication. The log of the broker tells of it only if it is because of who the client is. */
    void refused(ClientDetails client, ReasonCode reason, String why) {
        log.debug("{} refused as {}: {}, {}", client.remoteAddress(), client.clientId(), reason, why);
        if (audit.hasFile() || isBecauseOfWho(reason)) {
            audit.tell(AuditEvent.REFUSAL, () -> client, reason.name(), why);
        }
    }

    private static boolean isBecauseOfWho(ReasonCode reason) {
        return switch (reason) {
            case BAD_USER_NAME_OR_PASSWORD, NOT_AUTHORIZED, BANNED, BAD_AUTHENTICATION_METHOD -> true;
            default -> false;
        };
    }

    /** A connection ends; nothing happens if it was not open. */
    void gone(Connection connection, Endpoint endpoint, String reason, String why) {
        if (!connection.isOpen()) {
            return;
        }
        log.debug("{} disconnected as {}: {}, {}", endpoint.remoteAddress(), connection.clientId(), reason, why);
        audit.tell(
                AuditEvent.DISCONNECT,
                () -> client(connection, endpoint, connection.proof().identity()),
                reason,
                why);
    }

    /** Something was kept from a client: {@code topic} is a topic name or filter. */
    void forbidden(Forbidden what, String topic, Connection connection, Endpoint endpoint, Identity identity) {
        audit.tell(
                AuditEvent.DENIAL,
                () -> client(connection, endpoint, identity),
                what.name().toLowerCase(Locale.ROOT),
                topic);
    }

    private static ClientDetails client(Connection connection, Endpoint endpoint, Identity identity) {
        return new ClientDetails(
                connection.clientId(),
                identity.userName(),
                endpoint.remoteAddress().toString(),
                endpoint.listener(),
                endpoint.version().level());
    }

    private static ClientDetails named(ClientDetails client, Identity identity) {
        return new ClientDetails(
                client.clientId(),
                identity.userName(),
                client.remoteAddress(),
                client.listener(),
                client.protocolLevel());
    }
}
