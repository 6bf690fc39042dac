package io.lacewing.node.config;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The audit log ({@code audit.*}).
 *
 * @param events what is told
 * @param file where it is written, an object of JSON per line; null: into the log of the broker, in words
 * @param maxSize of a file, in bytes; then the next begins
 * @param maxFiles how many full files are kept beside it
 * @param perSecond the most lines of one event per second in the file
 */
public record AuditConfig(Set<AuditEvent> events, @Nullable Path file, long maxSize, int maxFiles, int perSecond) {
    private static final Set<AuditEvent> DEFAULT = EnumSet.of(AuditEvent.REFUSAL, AuditEvent.DENIAL, AuditEvent.ADMIN);

    static final Key<AuditEvent> EVENTS = new Key<>(
            "audit.events[]",
            KeyType.choice(AuditEvent.class),
            null,
            "What is told: `connect`, `disconnect`, `refusal` (of a CONNECT), `denial` (of a PUBLISH, SUBSCRIBE or will), `admin`"
                    + " (bans, orders, changed files). Default: refusal, denial and admin. An empty list: nothing.");
    static final Key<Path> FILE = new Key<>(
            "audit.file",
            KeyType.path(),
            null,
            "Where it is told, an object of JSON per line. Without it in the log of the broker, in words, and of what clients do"
                    + " only one line of each event in 10 s.");
    static final Key<Long> MAX_SIZE = new Key<>(
            "audit.maxSize",
            KeyType.size(1 << 10, 1L << 40),
            "64MiB",
            "When the file is about as long it gets the name FILE.1, and the next begins.");
    static final Key<Integer> MAX_FILES = new Key<>(
            "audit.maxFiles",
            KeyType.integer(1, 20),
            "8",
            "How many such files are kept; with a further one the oldest is deleted.");
    static final Key<Integer> PER_SECOND = new Key<>(
            "audit.perSecond",
            KeyType.integer(1, 100_000),
            "100",
            "Most lines of each event per second in the file. Of what is left out, a line tells how much.");
    static final List<Key<?>> KEYS = List.of(EVENTS, FILE, MAX_SIZE, MAX_FILES, PER_SECOND);

    /** Copies the set. */
    public AuditConfig {
        events = Set.copyOf(events);
    }

    static AuditConfig from(Settings settings) {
        List<AuditEvent> chosen = settings.list(EVENTS);
        Path file = settings.find(FILE);
        boolean isChosen = settings.isList("audit.events");
        if (file == null) {
            for (Key<?> key : List.of(MAX_SIZE, MAX_FILES, PER_SECOND)) {
                if (settings.isSet(key.name())) {
                    throw settings.refuse(key.name(), "needs " + FILE.name());
                }
            }
            if (chosen.contains(AuditEvent.CONNECT) || chosen.contains(AuditEvent.DISCONNECT)) {
                throw settings.refuse(
                        "audit.events", "connect and disconnect need " + FILE.name() + ": they would fill the log");
            }
        }
        return new AuditConfig(
                isChosen ? Set.copyOf(chosen) : DEFAULT,
                file,
                settings.get(MAX_SIZE),
                settings.get(MAX_FILES),
                settings.get(PER_SECOND));
    }
}
