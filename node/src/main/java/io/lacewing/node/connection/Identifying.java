package io.lacewing.node.connection;

import io.lacewing.node.auth.Authenticator;
import io.lacewing.node.auth.Credentials;
import io.lacewing.node.auth.Denial;
import io.lacewing.node.auth.Verdict;
import io.lacewing.node.mqtt.ReasonCode;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who a client is whose CONNECT names no authentication method: asks the node's {@link Authenticator}s in their
 * order until one decides. Owned by the connection's event loop; one for each CONNECT. Ends by one of: the identity is told,
 * the connection is refused, {@link #cancel}. It takes at most {@link ConnectionLimits#authenticationMillis}.
 */
final class Identifying {
    private static final Verdict NOBODY_DECIDED =
            new Verdict.Deny(Denial.NOT_AUTHORIZED, "nobody here knows this client");
    private static final Verdict.Deny UNANSWERED =
            new Verdict.Deny(Denial.SERVER_UNAVAILABLE, "users can't all be checked at present; try again later");
    private static final Verdict TOO_LONG =
            new Verdict.Deny(Denial.SERVER_UNAVAILABLE, "authentication takes too long; try again later");
    private static final long NO_TIMER = -1;

    private final Connection connection;
    private final ConnectionLoop loop;
    private final Credentials credentials;
    private final Iterator<Authenticator> others;
    private final Consumer<Verdict.Allow> found;
    private @Nullable CompletableFuture<Verdict> awaited;
    private String by = "";
    private long timer = NO_TIMER;
    private boolean unanswered;
    private boolean over;

    /**
     * Makes one that has not asked yet.
     *
     * @param found is told who the client is, if it is let in
     */
    Identifying(Connection connection, ConnectionLoop loop, Credentials credentials, Consumer<Verdict.Allow> found) {
        this.connection = connection;
        this.loop = loop;
        this.credentials = credentials;
        this.others = loop.broker().authentication().authenticators().iterator();
        this.found = found;
    }

    /** Asks; may decide before it returns. */
    void begin() {
        askNext();
    }

    /** Who was asked last: once it is decided, who has decided it. */
    String by() {
        return by;
    }

    /** The connection ends, so nobody waits for an answer. */
    void cancel() {
        finish();
    }

    private void askNext() {
        while (others.hasNext()) {
            CompletableFuture<Verdict> answer;
            try {
                Authenticator next = others.next();
                by = next.name();
                answer = next.authenticate(credentials).toCompletableFuture();
            } catch (RuntimeException | Error e) {
                broken(e);
                return;
            }
            if (!answer.isDone()) {
                await(answer);
                return;
            }
            if (answer.isCompletedExceptionally()) {
                broken(answer.exceptionNow());
                return;
            }
            Verdict verdict = answer.resultNow();
            if (!(verdict instanceof Verdict.Next next)) {
                decided(verdict);
                return;
            }
            unanswered |= next.unanswered();
        }
        decided(NOBODY_DECIDED);
    }

    private void await(CompletableFuture<Verdict> answer) {
        awaited = answer;
        if (timer == NO_TIMER) {
            timer = loop.context().owner().setTimer(loop.broker().limits().authenticationMillis(), id -> timeOver());
        }
        var unused =
                answer.whenComplete((verdict, problem) -> loop.context().runOnContext(v -> answered(verdict, problem)));
    }

    /** On the loop again. Exactly one of verdict and problem is there, if the authenticator keeps its promise. */
    private void answered(@Nullable Verdict verdict, @Nullable Throwable problem) {
        if (over) {
            return; // Too late.
        }
        awaited = null;
        try {
            if (problem != null) {
                broken(problem);
            } else if (verdict instanceof Verdict.Next next) {
                unanswered |= next.unanswered();
                askNext();
            } else {
                decided(verdict);
            }
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    private void decided(@Nullable Verdict verdict) {
        switch (verdict) {
            case Verdict.Allow allow -> {
                finish();
                found.accept(allow);
            }
            case Verdict.Deny deny -> refused(unanswered && isOfTheClient(deny.denial()) ? UNANSWERED : deny);
            case Verdict.Next next -> throw new IllegalStateException("no decision");
            case null -> broken(new NullPointerException("no verdict"));
        }
    }

    /** Who could not be asked may know the client, by what it gives: then it is neither wrong nor a guess. */
    private static boolean isOfTheClient(Denial denial) {
        return denial == Denial.BAD_USER_NAME_OR_PASSWORD || denial == Denial.NOT_AUTHORIZED;
    }

    private void refused(Verdict.Deny deny) {
        finish();
        if (credentials.client().userName() != null || credentials.password() != null) {
            loop.broker().oversight().failed(credentials.client(), deny.denial());
        }
        connection.refuse(Authenticating.reason(deny.denial(), false), deny.why());
    }

    /** An authenticator is at fault: its connection pays for it, and people hear of it. */
    private void broken(Throwable problem) {
        loop.broker().faults().broken(credentials.client().remoteAddress() + " could not be authenticated", problem);
        finish();
        connection.refuse(ReasonCode.UNSPECIFIED_ERROR, "authentication failed by a fault of the server");
    }

    private void timeOver() {
        timer = NO_TIMER;
        decided(TOO_LONG);
    }

    /** Nothing is awaited any more, and the password is needed no more. */
    private void finish() {
        over = true;
        if (timer != NO_TIMER) {
            loop.context().owner().cancelTimer(timer);
            timer = NO_TIMER;
        }
        CompletableFuture<Verdict> waiting = awaited;
        awaited = null;
        if (waiting != null) {
            waiting.cancel(false);
        }
        credentials.clear();
    }
}
