package io.lacewing.node.connection;

import io.lacewing.cluster.core.Effect.Answer;
import io.lacewing.node.mqtt.Connect;
import io.lacewing.node.mqtt.ReasonCode;
import io.lacewing.node.mqtt.Will;
import io.lacewing.persistence.shard.ConnectionId;
import io.lacewing.persistence.shard.OpResult;
import io.lacewing.persistence.shard.ShardOp;
import io.lacewing.router.Message;
import org.jspecify.annotations.Nullable;

/** Makes of a CONNECT the op that attaches it to its session. */
final class Attaching {
    private Attaching() {}

    static ShardOp.Attach attach(
            Connect connect, String clientId, long number, long incarnation, long sessionExpiry, int window) {
        return new ShardOp.Attach(
                clientId,
                new ConnectionId(incarnation, number),
                connect.cleanStart(),
                sessionExpiry,
                window,
                will(connect.will(), clientId));
    }

    /** Why a session could not be attached to. */
    static ReasonCode refusal(Answer answer) {
        ReasonCode reason = answer instanceof Answer.Shard(OpResult.Refused(int code)) ? ReasonCode.of(code) : null;
        return reason == null ? ReasonCode.SERVER_UNAVAILABLE : reason;
    }

    private static io.lacewing.persistence.shard.@Nullable Will will(@Nullable Will will, String clientId) {
        if (will == null) {
            return null;
        }
        Message message = new Message(
                will.topic(), will.payload(), will.qos(), will.retain(), Message.NEVER, will.properties(), clientId, 0);
        return new io.lacewing.persistence.shard.Will(message, will.delaySeconds(), will.expirySeconds());
    }
}
