package io.lacewing.node.config;

import java.nio.file.Path;
import java.util.List;

/**
 * Where and how the node keeps its data ({@code persistence.*}).
 *
 * @param dir the data directory, relative to the working directory or absolute
 * @param journal what is kept there
 * @param copies on how many nodes things are kept
 */
public record PersistenceConfig(Path dir, JournalConfig journal, CopiesConfig copies) {
    static final Key<String> DIR = new Key<>(
            "persistence.dir",
            KeyType.text("a path", "[^\\x00]{1,4096}"),
            "./data",
            "Directory for what the node keeps, made if missing. One process at a time may use it.");
    static final List<Key<?>> KEYS = List.of(DIR);

    static PersistenceConfig from(Settings settings) {
        return new PersistenceConfig(
                Path.of(settings.get(DIR)), JournalConfig.from(settings), CopiesConfig.from(settings));
    }
}
