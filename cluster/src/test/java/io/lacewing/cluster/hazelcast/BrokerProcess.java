package io.lacewing.cluster.hazelcast;

import io.lacewing.cluster.core.CoreSettings;
import io.lacewing.cluster.core.ShardBudget;
import io.lacewing.cluster.runtime.NodeStore;
import io.lacewing.cluster.runtime.TestBroker;
import io.lacewing.persistence.journal.Fsync;
import io.lacewing.persistence.journal.JournalException;
import io.lacewing.persistence.journal.JournalSettings;
import io.lacewing.persistence.shard.ShardLimits;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A whole node of a cluster, without MQTT, in a process of its own. It takes one command per line and answers with lines.
 *
 * <p>Arguments: cluster name, node id, own endpoint, all endpoints with commas between, size, data directory.
 */
final class BrokerProcess {
    private static final long MAX_BYTES = 256L << 20;

    private final String[] args;

    private BrokerProcess(String[] args) {
        this.args = args;
    }

    public static void main(String[] args) throws IOException, JournalException {
        BrokerProcess process = new BrokerProcess(args);
        TestBroker broker = process.start();
        Thread reader = new Thread(() -> sayWhenReady(broker), "ready");
        reader.start();
        process.obey(broker);
    }

    private TestBroker start() throws JournalException {
        Path directory = Path.of(args[5]);
        NodeStore store = NodeStore.open(
                directory,
                JournalSettings.of(directory, Fsync.INTERVAL, MAX_BYTES),
                ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE));
        int size = Integer.parseInt(args[4]);
        long incarnation =
                System.currentTimeMillis() << 20 | ThreadLocalRandom.current().nextInt(1 << 20);
        CoreSettings settings = new CoreSettings(
                CoreSettings.DEFAULT.shards(),
                CoreSettings.DEFAULT.minCopies(),
                CoreSettings.Bounds.DEFAULT,
                CoreSettings.Times.DEFAULT,
                CoreSettings.Cluster.of(size),
                ShardBudget.DEFAULT);
        TestBroker broker = new TestBroker(args[1], incarnation, settings, store);
        List<Endpoint> all =
                Arrays.stream(args[3].split(",", -1)).map(Endpoint::parse).toList();
        ClusterSettings cluster = ClusterSettings.of(
                args[0], args[1], incarnation, Endpoint.parse(args[2]), new Discovery.Static(all), size);
        VertxOptions options = new VertxOptions()
                .setEventLoopPoolSize(1)
                .setEventBusOptions(new EventBusOptions().setHost(cluster.bind().host()));
        ClusterNode.join(
                cluster,
                options,
                broker.core(),
                ShardLimits.DEFAULT,
                store,
                (message, plain, groups) -> {},
                () -> false);
        return broker;
    }

    private static void sayWhenReady(TestBroker broker) {
        broker.awaitReady();
        System.out.println("READY");
    }

    private void obey(TestBroker broker) throws IOException {
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line;
        while ((line = commands.readLine()) != null) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "SESSION" -> {
                    broker.connect(words[1]);
                    broker.subscribe(words[1], words[1]);
                    broker.disconnect(words[1]);
                    System.out.println(line);
                }
                case "PUBLISH" -> new Thread(() -> publish(broker, words[1]), "publisher").start();
                case "RECEIVE" -> {
                    broker.connect(words[1]);
                    System.out.println(
                            "RECEIVED " + String.join(",", broker.awaitReceived(words[1], Integer.parseInt(words[2]))));
                }
                case "NOTES" -> System.out.println("NOTES " + broker.notes() + " " + broker.standing());
                default -> throw new IllegalArgumentException(line);
            }
        }
        // Whoever started this process is gone.
        Runtime.getRuntime().halt(1);
    }

    /** Publishes 1, 2, 3 and so on to a topic until the process ends, and says each that was acknowledged. */
    private static void publish(TestBroker broker, String topic) {
        for (int number = 1; ; number++) {
            if (broker.publish(topic, Integer.toString(number), false)) {
                System.out.println("ACKNOWLEDGED " + topic + " " + number);
            }
        }
    }
}
