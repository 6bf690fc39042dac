package io.lacewing.node;

import io.lacewing.node.config.ConfigLoader;
import io.lacewing.node.config.ConfigSources;
import io.lacewing.node.config.NodeConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Configurations for nodes in tests: on loopback, on free ports. */
final class TestNodes {
    private TestNodes() {}

    static NodeConfig config(Path data, String... sets) {
        List<String> all = new ArrayList<>(List.of(
                "listeners.0.host=127.0.0.1",
                "listeners.0.port=0",
                "listeners.1.host=127.0.0.1",
                "listeners.1.port=0",
                "http.host=127.0.0.1",
                "http.port=0",
                "node.eventLoops=2",
                "persistence.dir=" + data));
        all.addAll(List.of(sets));
        return ConfigLoader.load(new ConfigSources(null, Map.of(), all));
    }
}
