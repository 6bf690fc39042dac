package io.lacewing.cluster.hazelcast;

import com.hazelcast.map.EntryProcessor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Changes the retained message of one topic. The owner gives the version, the backups take it over.
 *
 * <p>A version is the greater of the last plus one and the time at which the change was asked for, shifted: so it goes on
 * growing when a tombstone has been forgotten meanwhile, as tombstones are kept longer than clocks differ.
 */
final class RetainedProcessor implements EntryProcessor<String, RetainedEntry, Long> {
    private static final int CHANGES_PER_MILLISECOND_BITS = 10;

    /** What to do. */
    enum Kind {
        /** Store the value (or its removal) under the next version; {@code number} is the time in ms. */
        NEXT,
        /** Store the value under the version {@code number} if that is newer than what is there. */
        TAKE,
        /** Forget a tombstone if it is still of version {@code number}. */
        PURGE
    }

    private final Kind kind;
    private final long number;
    private final byte @Nullable [] value;
    private long given;

    RetainedProcessor(Kind kind, long number, byte @Nullable [] value) {
        this.kind = kind;
        this.number = number;
        this.value = value;
    }

    Kind kind() {
        return kind;
    }

    long number() {
        return number;
    }

    byte @Nullable [] value() {
        return value;
    }

    @Override
    public Long process(Map.Entry<String, RetainedEntry> entry) {
        RetainedEntry present = entry.getValue();
        long last = present == null ? 0 : present.version();
        switch (kind) {
            case NEXT -> {
                given = Math.max(last + 1, number << CHANGES_PER_MILLISECOND_BITS);
                entry.setValue(new RetainedEntry(given, value));
            }
            case TAKE -> {
                given = Math.max(last, number);
                if (number > last) {
                    entry.setValue(new RetainedEntry(number, value));
                }
            }
            case PURGE -> {
                given = last;
                if (present != null && present.value() == null && last == number) {
                    entry.setValue(null);
                }
            }
        }
        return given;
    }

    @Override
    public EntryProcessor<String, RetainedEntry, Long> getBackupProcessor() {
        return kind == Kind.NEXT ? new RetainedProcessor(Kind.TAKE, given, value) : this;
    }
}
