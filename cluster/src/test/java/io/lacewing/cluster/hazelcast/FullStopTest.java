package io.lacewing.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole nodes with journals, in processes of their own, all of which are killed at once. */
class FullStopTest {
    private static final int NODES = 3;
    private static final int SESSIONS = 4;
    private static final int HEAP_MEGABYTES = 256;
    private static final int ENOUGH = 40;

    private final String name = "stop-" + UUID.randomUUID();
    private final List<Endpoint> endpoints = TestCluster.endpoints(NODES);
    private final List<ChildProcess> nodes = new ArrayList<>();

    @TempDir
    private Path directory;

    @AfterEach
    void killAll() {
        nodes.forEach(ChildProcess::kill);
    }

    @Test
    void whatWasAcknowledgedIsThereAfterAllWereKilledAtOnce() {
        startAll();
        for (int session = 0; session < SESSIONS; session++) {
            ChildProcess node = nodes.get(session % NODES);
            node.tell("SESSION s" + session);
            node.await("SESSION s" + session);
            node.tell("PUBLISH s" + session);
        }
        for (int session = 0; session < SESSIONS; session++) {
            int publisher = session; // who may have said the number itself while another was waited for
            nodes.get(session % NODES).await(line -> last(List.of(line), publisher) >= ENOUGH);
        }
        nodes.forEach(ChildProcess::kill);
        int[] acknowledged = new int[SESSIONS];
        for (int session = 0; session < SESSIONS; session++) {
            acknowledged[session] =
                    Math.max(ENOUGH, last(nodes.get(session % NODES).lastWords(), session));
        }
        nodes.clear();

        startAll();
        for (int session = 0; session < SESSIONS; session++) {
            ChildProcess node = nodes.get((session + 1) % NODES);
            node.tell("RECEIVE s" + session + " " + acknowledged[session]);
            List<Integer> received = numbers(node.await(line -> line.startsWith("RECEIVED")));
            assertTrue(received.size() >= acknowledged[session], "s" + session + " had " + acknowledged[session]);
            assertEquals(IntStream.rangeClosed(1, received.size()).boxed().toList(), received);
        }
    }

    private void startAll() {
        for (int i = 0; i < NODES; i++) {
            nodes.add(new ChildProcess(
                    BrokerProcess.class,
                    HEAP_MEGABYTES,
                    List.of(
                            name,
                            "n" + i,
                            endpoints.get(i).toString(),
                            String.join(
                                    ",",
                                    endpoints.stream().map(Endpoint::toString).toList()),
                            Integer.toString(NODES),
                            directory.resolve("n" + i).toString())));
        }
        nodes.forEach(node -> node.await("READY"));
    }

    /** The last number of a session that was acknowledged, by what its publisher said. */
    private static int last(List<String> said, int session) {
        String start = "ACKNOWLEDGED s" + session + " ";
        return said.stream()
                .filter(line -> line.startsWith(start))
                .mapToInt(line -> Integer.parseInt(line.substring(start.length())))
                .max()
                .orElse(0);
    }

    private static List<Integer> numbers(String line) {
        List<Integer> numbers = new ArrayList<>();
        for (String number : line.substring("RECEIVED ".length()).split(",", -1)) {
            numbers.add(Integer.parseInt(number));
        }
        return numbers;
    }
}
