package io.lacewing.node.auth.remote;

import io.lacewing.node.auth.Verdict;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads for systems that are asked by a library that blocks: one for each question that may be on its way. Thread-safe. */
public final class QuestionThreads implements AutoCloseable {
    private static final int IDLE_SECONDS = 30;

    private final ThreadPoolExecutor threads;

    /** Makes threads whose names begin with {@code name}. */
    public QuestionThreads(String name, int questions) {
        // A question is done with a moment before its thread is free: then the next waits for that moment.
        threads = new ThreadPoolExecutor(
                questions,
                questions,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(questions),
                Thread.ofPlatform().name(name + "-", 1).daemon().factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /** Has a question asked, which ends by its verdict or its exception; it must end by itself in its time. */
    public OtherSystem.Asked ask(Callable<Verdict> question) {
        CompletableFuture<Verdict> answer = new CompletableFuture<>();
        CompletableFuture<Void> done = new CompletableFuture<>();
        try {
            threads.execute(() -> {
                try {
                    answer.complete(question.call());
                } catch (Exception | Error e) {
                    answer.completeExceptionally(e);
                } finally {
                    done.complete(null);
                }
            });
        } catch (RejectedExecutionException closed) {
            answer.completeExceptionally(closed);
            done.complete(null);
        }
        return new OtherSystem.Asked(answer, done);
    }

    /** Questions that are on their way are interrupted. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
