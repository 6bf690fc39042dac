package io.lacewing.cluster.hazelcast;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.CompletionStage;

/** Brings Hazelcast's completions to a context. */
final class Completions {
    private Completions() {}

    /** A future that completes on the context: nothing of ours runs on a thread of Hazelcast. */
    static <T> Future<T> on(Context context, CompletionStage<T> stage) {
        Promise<T> promise = Promise.promise();
        stage.whenCompleteAsync(promise::complete, task -> context.runOnContext(nothing -> task.run()));
        return promise.future();
    }
}
