package io.lacewing.node.config;

import java.util.List;

/**
 * The log ({@code log.*}).
 *
 * @param format how an event is written
 * @param level from which severity on
 */
public record LogConfig(LogFormat format, LogLevel level) {
    static final Key<LogFormat> FORMAT = new Key<>(
            "log.format", KeyType.choice(LogFormat.class), "text", "`text`: for people; `json`: an object per line.");
    static final Key<LogLevel> LEVEL = new Key<>(
            "log.level",
            KeyType.choice(LogLevel.class),
            "info",
            "From which severity on the broker logs. Its libraries log from `warn`, or with `trace` all.");
    static final List<Key<?>> KEYS = List.of(FORMAT, LEVEL);

    static LogConfig from(Settings settings) {
        return new LogConfig(settings.get(FORMAT), settings.get(LEVEL));
    }
}
