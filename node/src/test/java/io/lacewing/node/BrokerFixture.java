package io.lacewing.node;

import io.lacewing.node.auth.Mechanism;
import io.lacewing.node.mqtt.RawClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A whole broker in this process, for tests that are its clients: on free ports of loopback, its data in a directory of its own. */
public final class BrokerFixture implements AutoCloseable {
    private final Path data;
    private final Node node;

    private BrokerFixture(Path data, Node node) {
        this.data = data;
        this.node = node;
    }

    /** Starts a broker on two event loops; each setting is {@code key=value} and stronger than those of the fixture. */
    public static BrokerFixture start(String... settings) throws IOException, StartException {
        return start(Map.of(), settings);
    }

    /** As {@link #start(String...)}, with these methods of enhanced authentication; {@code ChallengeMechanism} is one. */
    public static BrokerFixture start(Map<String, Mechanism> mechanisms, String... settings)
            throws IOException, StartException {
        Path data = Files.createTempDirectory("lacewing-test");
        BrokerFixture fixture = new BrokerFixture(data, new Node(TestNodes.config(data, settings), mechanisms));
        try {
            fixture.node.start();
        } catch (StartException | RuntimeException e) {
            fixture.close();
            throw e;
        }
        return fixture;
    }

    /** The port of a listener, by its name. */
    public int port(String name) {
        Integer port = node.ports().get(name);
        if (port == null) {
            throw new IllegalStateException("nothing is bound as " + name);
        }
        return port;
    }

    /** The port of MQTT over TCP. */
    public int tcp() {
        return port("tcp");
    }

    /** The port of MQTT over WebSocket; its path is /mqtt. */
    public int webSocket() {
        return port("ws");
    }

    /** The port of health and metrics. */
    public int http() {
        return port("http");
    }

    /** A connection to the broker on which nothing has been sent. */
    public RawClient raw() throws IOException {
        return new RawClient(tcp());
    }

    /** What an operator's command says, as {@code ban client-id x}. */
    public String command(String... words) {
        return Commands.run(data, http(), words);
    }

    /** Stops the node, as SIGTERM does; its directory stays. */
    public void stop() {
        node.stop();
    }

    @Override
    public void close() throws IOException {
        node.stop();
        List<Path> all;
        try (Stream<Path> files = Files.walk(data)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (Path path : all) {
            Files.delete(path);
        }
    }
}
