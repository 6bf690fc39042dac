package io.lacewing.cluster.runtime;

import io.lacewing.cluster.core.Input;
import io.lacewing.cluster.core.Input.Order;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** What operators want of the core, until it is answered. Any thread. */
final class Orders {
    private static final String STOPPED = "the core has stopped";

    private final Consumer<Input> core;
    private final AtomicLong last = new AtomicLong();
    private final Map<Long, Promise<List<String>>> waiting = new ConcurrentHashMap<>();
    private volatile boolean closed;

    Orders(Consumer<Input> core) {
        this.core = core;
    }

    /** Hands an order to the core. */
    Future<List<String>> give(Order order) {
        long request = last.incrementAndGet();
        Promise<List<String>> promise = Promise.promise();
        waiting.put(request, promise);
        if (closed) {
            fail(request);
        } else {
            core.accept(new Input.Operate(request, order));
        }
        return promise.future();
    }

    /** The core has answered. */
    void answered(long request, List<String> lines) {
        Promise<List<String>> promise = waiting.remove(request);
        if (promise != null) {
            promise.complete(lines);
        }
    }

    /** There will be no more answers. */
    void close() {
        closed = true;
        waiting.keySet().forEach(this::fail);
    }

    private void fail(long request) {
        Promise<List<String>> promise = waiting.remove(request);
        if (promise != null) {
            promise.fail(STOPPED);
        }
    }
}
