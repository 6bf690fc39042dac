package io.lacewing.node.auth.remote;

import io.lacewing.node.auth.Credentials;
import io.lacewing.node.auth.Verdict;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A system that knows who clients are. {@link RemoteAuthenticator} bounds how it is asked. */
public interface OtherSystem extends AutoCloseable {

    /** What can be said of a client that has given a user name without asking anybody; null: it has to be asked. Any thread. */
    @Nullable
    Verdict withoutAsking(Credentials credentials);

    /**
     * Asks. Called on one event loop, and must neither block nor wait. When the time is over the future is cancelled; it, or
     * what stands behind it, must then end soon, as the place is only free when {@link Asked#done} is.
     */
    Asked ask(Question question);

    /** Nothing is asked any more. */
    @Override
    void close();

    /**
     * A question on its way.
     *
     * @param answer the verdict. It fails with {@link UnfitException} if the system is there but says nothing that can be used,
     *     and with anything else if it is not there
     * @param done ends when nothing is done any more about this question; may be the same
     */
    record Asked(CompletableFuture<Verdict> answer, CompletableFuture<?> done) {
        /** A question that is done with when it is answered. */
        public Asked(CompletableFuture<Verdict> answer) {
            this(answer, answer);
        }
    }
}
