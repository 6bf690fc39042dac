package io.lacewing.node.auth;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One run of a {@link Mechanism} with one client. Its methods are called on the event loop of the client's connection, one
 * at a time, and must neither block nor wait: who has to ask somebody else answers later, from any thread.
 */
public interface Exchange {

    /**
     * Takes what the client sent. Not called again before the last step is known, and never after a step that ends the
     * exchange.
     *
     * @param data the authentication data; null if the packet had none, which is not the same as empty data
     * @return the next step. If it fails, or this throws, the connection ends with 0x80
     */
    CompletionStage<Step> take(byte @Nullable [] data);

    /**
     * There is nobody left to answer: the connection has ended, the client has broken the protocol or has taken too long,
     * or this exchange has failed to give a step. Called at most once, and not after {@link Step.Success} or
     * {@link Step.Failure}; a step that still comes is not looked at.
     */
    void cancel();
}
