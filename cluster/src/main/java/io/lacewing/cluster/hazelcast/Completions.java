package io.lacewing.cluster.hazelcast;

import com.hazelcast.core.HazelcastException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Brings Hazelcast's completions to a context. */
final class Completions {
    private Completions() {}

    /**
     * Starts something and returns a future that completes on the context: nothing of ours runs on a thread of Hazelcast.
     * A member that is shut down or a broken connection throws at once: that is a failed future too.
     */
    static <T> Future<T> on(Context context, Supplier<? extends CompletionStage<T>> start) {
        Promise<T> promise = Promise.promise();
        try {
            start.get().whenCompleteAsync(promise::complete, task -> context.runOnContext(nothing -> task.run()));
        } catch (HazelcastException | IllegalStateException e) {
            promise.fail(e);
        }
        return promise.future();
    }
}
