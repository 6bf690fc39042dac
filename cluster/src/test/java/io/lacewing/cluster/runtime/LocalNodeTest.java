package io.lacewing.cluster.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.cluster.core.CoreSettings;
import io.lacewing.cluster.core.Input.Order;
import io.lacewing.persistence.journal.Fsync;
import io.lacewing.persistence.journal.JournalException;
import io.lacewing.persistence.journal.JournalSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node alone with a real journal. */
class LocalNodeTest {
    private static final long MAX_BYTES = 64L << 20;

    @TempDir
    private Path directory;

    @Test
    void whatWasAcknowledgedIsThereAfterACrash() throws Exception {
        Path running = directory.resolve("running");
        Path crashed = directory.resolve("crashed");
        List<String> published = new ArrayList<>();
        try (TestBroker broker = start(running, 1, MAX_BYTES)) {
            broker.connect("a");
            broker.subscribe("a", "t/#");
            broker.disconnect("a");
            for (int i = 0; i < 200; i++) {
                assertTrue(broker.publish("t/" + i, "m" + i, i % 10 == 0));
                published.add("m" + i);
            }
            copy(running, crashed);
        }
        try (TestBroker broker = start(crashed, 2, MAX_BYTES)) {
            assertTrue(broker.connect("a").sessionPresent());
            assertEquals(published, broker.awaitReceived("a", published.size()));
            assertEquals(20, broker.core().retained().size());
            assertTrue(broker.publish("t/new", "new", false));
            assertEquals("new", broker.awaitReceived("a", published.size() + 1).getLast());
        }
    }

    @Test
    void whatWasKeptOutlivesTheCleaningOfTheJournal() throws Exception {
        Path running = directory.resolve("running");
        Path crashed = directory.resolve("crashed");
        try (TestBroker broker = start(running, 1, 8 << 20)) {
            broker.connect("idle");
            broker.subscribe("idle", "idle");
            broker.publish("idle", "kept", false);
            broker.publish("retained", "kept", true);
            String payload = "x".repeat(10_000);
            for (int i = 0; i < 1500; i++) {
                assertTrue(
                        broker.publish("busy", payload, true),
                        () -> broker.store().journalStats() + " " + broker.notes());
                if (i % 10 == 0) {
                    broker.connect("busy");
                    broker.disconnect("busy");
                }
            }
            copy(running, crashed);
        }
        try (TestBroker broker = start(crashed, 2, 8 << 20)) {
            assertTrue(broker.connect("idle").sessionPresent());
            assertEquals(List.of("kept"), broker.awaitReceived("idle", 1));
            assertTrue(broker.connect("busy").sessionPresent());
            assertEquals(2, broker.core().retained().size());
        }
    }

    @Test
    void identityStaysAndIncarnationsDoNot() throws Exception {
        long identity;
        try (NodeStore store = NodeStore.open(directory, null, 77)) {
            identity = store.identity();
            assertEquals(77, identity);
            assertFalse(store.recovered().durable());
        }
        try (NodeStore store = NodeStore.open(directory, null, 78)) {
            assertEquals(identity, store.identity());
        }
    }

    @Test
    void ordersThatWaitFailWhenTheCoreStops() throws Exception {
        try (TestBroker broker = start(directory, 1, MAX_BYTES)) {
            var before = broker.core()
                    .operate(new Order.Status())
                    .toCompletionStage()
                    .toCompletableFuture();
            assertFalse(before.get(10, TimeUnit.SECONDS).isEmpty());
            broker.core().stop().toCompletionStage().toCompletableFuture().join();
            var after = broker.core()
                    .operate(new Order.Status())
                    .toCompletionStage()
                    .toCompletableFuture();
            Assertions.assertThrows(CompletionException.class, after::join);
        }
    }

    private static TestBroker start(Path dir, long incarnation, long maxBytes) throws JournalException, IOException {
        Files.createDirectories(dir);
        NodeStore store = NodeStore.open(dir, JournalSettings.of(dir, Fsync.INTERVAL, maxBytes), 42);
        return new TestBroker("n1", incarnation, CoreSettings.DEFAULT, store)
                .startAlone()
                .awaitReady();
    }

    /** What a process leaves behind that is killed now. */
    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path copy = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
    }
}
