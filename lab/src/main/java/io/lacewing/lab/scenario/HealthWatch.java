package io.lacewing.lab.scenario;

import io.lacewing.lab.history.History;
import io.lacewing.lab.nodes.LabNode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Tells when the readiness of a node changes, with the reason that the node gives. */
final class HealthWatch implements AutoCloseable {
    private static final int PAUSE_MILLIS = 250;

    private final Consumer<String> out;
    private final Map<String, Integer> last = new ConcurrentHashMap<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final History history;

    HealthWatch(History history, Consumer<String> out) {
        this.history = history;
        this.out = out;
    }

    /** Watches a node from now on; once is enough. */
    void watch(LabNode node) {
        if (last.putIfAbsent(node.name(), -1) == null) {
            threads.add(Thread.ofVirtual().start(() -> look(node)));
        }
    }

    private void look(LabNode node) {
        try {
            while (true) {
                LabNode.Health health = node.health();
                Integer before = last.put(node.name(), health.status());
                if (before == null || before != health.status()) {
                    tell(node, health);
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(LabNode node, LabNode.Health health) {
        if (health.ready()) {
            history.mended(node.name() + " is ready");
        }
        out.accept(node.name() + " is "
                + switch (health.status()) {
                    case 200 -> "ready";
                    case 0 -> "silent";
                    default -> "not ready: " + health.text().strip();
                });
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }
}
