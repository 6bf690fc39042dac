package io.lacewing.node;

import io.lacewing.node.connection.Counters;
import io.lacewing.node.connection.Forbidden;
import io.lacewing.node.metrics.BrokerMetrics;
import io.lacewing.node.metrics.DeniedAction;
import io.lacewing.node.metrics.DropCause;
import io.lacewing.node.metrics.LoopMetrics;
import io.lacewing.node.mqtt.ReasonCode;
import io.lacewing.node.rates.RateCause;

/** Counts what connections report in the metrics of their event loop. */
final class LoopCounters implements Counters {
    private final LoopMetrics[] loops;

    LoopCounters(BrokerMetrics metrics, int loopCount) {
        loops = new LoopMetrics[loopCount];
        for (int i = 0; i < loopCount; i++) {
            loops[i] = metrics.addLoop();
        }
    }

    @Override
    public void connected(int loop) {
        loops[loop].connectionOpened();
    }

    @Override
    public void disconnected(int loop) {
        loops[loop].connectionClosed();
    }

    @Override
    public void connect(int loop, ReasonCode result) {
        loops[loop].connectAnswered(result.value());
    }

    @Override
    public void received(int loop, int qos) {
        loops[loop].messageReceived(qos);
    }

    @Override
    public void sent(int loop, int qos) {
        loops[loop].messageSent(qos);
    }

    @Override
    public void droppedSlowClient(int loop) {
        loops[loop].messageDropped(DropCause.SLOW_CLIENT);
    }

    @Override
    public void droppedShort(int loop) {
        loops[loop].messageDropped(DropCause.SHED);
    }

    @Override
    public void droppedSlowLoop(int loop, int count) {
        loops[loop].messagesDropped(DropCause.SLOW_LOOP, count);
    }

    @Override
    public void dropped(int loop, io.lacewing.persistence.session.DropCause cause) {
        loops[loop].messageDropped(DropCause.of(cause));
    }

    @Override
    public void droppedExpired(int loop) {
        loops[loop].messageDropped(DropCause.EXPIRED);
    }

    @Override
    public void droppedSessionEnded(int loop) {
        loops[loop].messageDropped(DropCause.SESSION_ENDED);
    }

    @Override
    public void droppedRetainedFull(int loop) {
        loops[loop].messageDropped(DropCause.RETAINED_FULL);
    }

    @Override
    public void forbidden(int loop, Forbidden what) {
        loops[loop].authorizationDenied(
                switch (what) {
                    case PUBLISH -> DeniedAction.PUBLISH;
                    case SUBSCRIBE -> DeniedAction.SUBSCRIBE;
                    case WILL -> DeniedAction.WILL;
                    case REVOKED -> DeniedAction.REVOKED;
                });
    }

    @Override
    public void droppedNotAuthorized(int loop) {
        loops[loop].messageDropped(DropCause.NOT_AUTHORIZED);
    }

    @Override
    public void droppedByRate(int loop) {
        loops[loop].messageDropped(DropCause.RATE_LIMITED);
    }

    @Override
    public void readingHeld(int loop, RateCause cause, long nanos) {
        loops[loop].readingHeld(cause, nanos);
    }

    @Override
    public void droppedTooLarge(int loop) {
        loops[loop].messageDropped(DropCause.TOO_LARGE);
    }
}
