package io.lacewing.node.connection;

import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.auth.Denial;
import io.lacewing.node.auth.Exchange;
import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.Mechanism;
import io.lacewing.node.auth.Step;
import io.lacewing.node.auth.Verdict;
import io.lacewing.node.mqtt.Auth;
import io.lacewing.node.mqtt.Connack;
import io.lacewing.node.mqtt.Connect;
import io.lacewing.node.mqtt.Endpoint;
import io.lacewing.node.mqtt.ReasonCode;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Enhanced authentication of one connection (4.12), at its CONNECT and whenever the client asks for it again (4.12.1): the
 * rules of who may say what when, around a {@link Mechanism} that knows what is said. Owned by the connection's event
 * loop. Its states:
 *
 * <pre>
 *   IDLE      no exchange runs
 *   THINKING  the mechanism has the word; an AUTH from the client is a protocol error
 *   ASKED     the client has the word: the last AUTH was ours, with 0x18
 *
 *   IDLE, CONNECT, or AUTH 0x19 after the CONNACK  -> THINKING
 *   THINKING, step Continue                        -> ASKED     (AUTH 0x18)
 *   ASKED, AUTH 0x18                               -> THINKING
 *   THINKING, step Success                         -> IDLE      (the attach and its CONNACK, or AUTH 0x00)
 *   anything else, and the end of the time         -> IDLE      (the connection ends)
 * </pre>
 *
 * <p>An exchange is bounded: in rounds, by {@link ConnectionLimits#authenticationMillis} as a whole, and each AUTH by the
 * limit of packets. One runs at a time.
 */
final class Authenticating {
    private static final Logger log = LoggerFactory.getLogger(Authenticating.class);

    /** So many AUTH packets may one exchange send; no mechanism in use needs more than four. */
    static final int MAX_ROUNDS = 16;

    private enum State {
        IDLE,
        THINKING,
        ASKED
    }

    private static final long NO_TIMER = -1;

    private final Connection connection;
    private final ConnectionLoop loop;
    private final Endpoint endpoint;
    private final String method;
    private final Mechanism mechanism;
    private final ClientDetails client;
    private State state = State.IDLE;
    private @Nullable Exchange exchange;
    private @Nullable String provenAs;
    private int rounds;

    /** Counts the questions to the mechanism: an answer to another than the last comes too late. */
    private int question;

    private long timer = NO_TIMER;

    private Authenticating(
            Connection connection,
            ConnectionLoop loop,
            Endpoint endpoint,
            String method,
            Mechanism mechanism,
            ClientDetails client) {
        this.connection = connection;
        this.loop = loop;
        this.endpoint = endpoint;
        this.method = method;
        this.mechanism = mechanism;
        this.client = client;
    }

    /** For a CONNECT with an authentication method that has not been answered yet; null if the method is not known. */
    static @Nullable Authenticating of(
            Connection connection, ConnectionLoop loop, Endpoint endpoint, Connect connect, ClientDetails client) {
        String method = connect.properties().authenticationMethod();
        Mechanism mechanism = method == null
                ? null
                : loop.broker().authentication().mechanisms().get(method);
        if (method == null || mechanism == null) {
            return null;
        }
        return new Authenticating(connection, loop, endpoint, method, mechanism, client);
    }

    /** Begins an exchange with what came in the CONNECT or in an AUTH with 0x19. */
    void begin(byte @Nullable [] data) {
        rounds = 0;
        arm();
        Exchange begun;
        try {
            begun = mechanism.begin(client);
        } catch (RuntimeException | Error e) {
            broken(e);
            return;
        }
        exchange = begun;
        ask(begun, data);
    }

    /** An AUTH from the client, whose CONNECT had a method. */
    void onAuth(Auth auth) {
        if (!auth.method().equals(method)) {
            connection.protocolError("AUTH with another method than CONNECT [MQTT-4.12.0-5, MQTT-4.12.1-1]");
            return;
        }
        Exchange running = exchange;
        if (auth.reason() == ReasonCode.RE_AUTHENTICATE) {
            if (!connection.isOpen()) {
                connection.protocolError("AUTH 0x19 before CONNACK (4.12.1)");
            } else if (state != State.IDLE) {
                connection.protocolError("AUTH 0x19 while the client authenticates (4.12.1)");
            } else {
                begin(auth.data());
            }
        } else if (state != State.ASKED || running == null) {
            connection.protocolError("AUTH 0x18 that answers nothing (4.12)");
        } else {
            ask(running, auth.data());
        }
    }

    /** The connection ends, so nobody waits for an answer; also if nothing runs. */
    void end() {
        Exchange running = exchange;
        finish();
        if (running != null) {
            try {
                running.cancel();
            } catch (RuntimeException | Error e) {
                log.error("{}: an exchange of method {} could not be cancelled", endpoint.remoteAddress(), method, e);
            }
        }
    }

    /** Nothing runs any more. */
    private void finish() {
        exchange = null;
        state = State.IDLE;
        question++;
        if (timer != NO_TIMER) {
            loop.context().owner().cancelTimer(timer);
            timer = NO_TIMER;
        }
    }

    private void ask(Exchange running, byte @Nullable [] data) {
        state = State.THINKING;
        int asked = ++question;
        CompletableFuture<Step> answer;
        try {
            answer = running.take(data).toCompletableFuture();
        } catch (RuntimeException | Error e) {
            broken(e);
            return;
        }
        if (answer.isDone()) {
            var unused = answer.whenComplete((step, problem) -> answered(asked, step, problem));
        } else {
            var unused = answer.whenComplete(
                    (step, problem) -> loop.context().runOnContext(v -> answered(asked, step, problem)));
        }
    }

    /** On the loop again. Exactly one of step and problem is there, if the mechanism keeps its promise. */
    private void answered(int asked, @Nullable Step step, @Nullable Throwable problem) {
        if (asked != question) {
            return; // Too late: the exchange has been cancelled.
        }
        try {
            if (step == null) {
                broken(problem == null ? new NullPointerException("no step") : problem);
            } else {
                take(step);
            }
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    private void take(Step step) {
        switch (step) {
            case Step.Continue more -> {
                if (++rounds > MAX_ROUNDS) {
                    connection.disconnect(ReasonCode.NOT_AUTHORIZED, "authentication takes too many rounds");
                    return;
                }
                state = State.ASKED;
                endpoint.auth(ReasonCode.CONTINUE_AUTHENTICATION, method, more.data());
            }
            case Step.Success done -> {
                finish();
                proven(done, identity(done));
            }
            case Step.Failure failure -> {
                finish();
                failed(failure);
            }
        }
    }

    private void failed(Step.Failure failure) {
        Oversight oversight = loop.broker().oversight();
        ReasonCode reason = reason(failure.denial(), connection.isOpen());
        oversight.failed(client, failure.denial());
        if (connection.isOpen()) {
            oversight.refused(client, reason, failure.why());
        }
        connection.disconnect(reason, failure.why());
    }

    private Identity identity(Step.Success done) {
        if (done.identity() != null) {
            return done.identity();
        }
        return client.userName() == null ? Identity.ANONYMOUS : Identity.of(client.userName(), Set.of());
    }

    private void proven(Step.Success done, Identity identity) {
        if (!connection.isOpen()) {
            provenAs = identity.userName();
            connection.authenticated(new Verdict.Allow(identity), new Connack.Authentication(method, done.data()));
        } else if (Objects.equals(identity.userName(), provenAs)) {
            log.debug("{} authenticated again as {}", endpoint.remoteAddress(), client.clientId());
            connection.authenticated(new Verdict.Allow(identity), null);
            endpoint.auth(ReasonCode.SUCCESS, method, done.data());
        } else {
            // Its session, and what waits in it, is the other's.
            connection.disconnect(ReasonCode.NOT_AUTHORIZED, "the client authenticates again as another user");
        }
    }

    /** The code for a denial in a CONNACK (3.2.2.2), or in a DISCONNECT (3.14.2.1), which knows fewer. */
    static ReasonCode reason(Denial denial, boolean accepted) {
        return switch (denial) {
            case NOT_AUTHORIZED -> ReasonCode.NOT_AUTHORIZED;
            case BAD_USER_NAME_OR_PASSWORD ->
                accepted ? ReasonCode.NOT_AUTHORIZED : ReasonCode.BAD_USER_NAME_OR_PASSWORD;
            case BANNED -> accepted ? ReasonCode.NOT_AUTHORIZED : ReasonCode.BANNED;
            case SERVER_UNAVAILABLE -> accepted ? ReasonCode.SERVER_BUSY : ReasonCode.SERVER_UNAVAILABLE;
            case SERVER_BUSY -> ReasonCode.SERVER_BUSY;
            case UNSPECIFIED_ERROR -> ReasonCode.UNSPECIFIED_ERROR;
        };
    }

    /** The mechanism is at fault: its connection pays for it, and people hear of it once. */
    private void broken(Throwable problem) {
        loop.broker()
                .faults()
                .broken(endpoint.remoteAddress() + ": authentication by method " + method + " failed", problem);
        connection.disconnect(ReasonCode.UNSPECIFIED_ERROR, "authentication failed by a fault of the server");
    }

    private void arm() {
        timer = loop.context().owner().setTimer(loop.broker().limits().authenticationMillis(), id -> timeOver());
    }

    private void timeOver() {
        timer = NO_TIMER;
        if (connection.isPaused() && state == State.ASKED) {
            arm(); // The silence is ours: its answer may have come, and nobody reads it.
        } else {
            connection.disconnect(ReasonCode.NOT_AUTHORIZED, "authentication takes too long");
        }
    }
}
