package io.lacewing.node.audit;

import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.config.AuditConfig;
import io.lacewing.node.config.AuditEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what happened to who reads the audit log, in a file of its own or in the log of the broker. Whoever tells it something is
 * not held up: what comes too fast is left out by a bound for each event, which the next line tells, and what the thread that
 * writes does not keep up with is dropped; both are counted. Thread-safe.
 *
 * <p>No password, token or key is told: only what is in {@link ClientDetails}, a user name that is a token left out.
 */
public final class Audit implements AutoCloseable {
    /** The name of the logger. */
    public static final String LOGGER = "lacewing.audit";

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER);
    private static final int QUEUE = 8_192;
    private static final long LOOK_MILLIS = 200;
    private static final long PATIENCE_MILLIS = 5_000;
    private static final long SECOND_NANOS = 1_000_000_000L;

    /** Of what operators do, in the log of the broker; no client can bring it about at will. */
    private static final int ADMIN_PER_SECOND = 100;

    private final Set<AuditEvent> told = EnumSet.noneOf(AuditEvent.class);
    private final Map<AuditEvent, RareLine> limits = new EnumMap<>(AuditEvent.class);
    private final Map<AuditEvent, LongAdder> counts = new EnumMap<>(AuditEvent.class);
    private final LongAdder leftOut = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final BlockingQueue<AuditEntry> queue;
    private final @Nullable AuditFile file;
    private final Consumer<AuditEntry> sink;
    private final Thread thread;
    private volatile boolean closed;

    /**
     * Begins to write.
     *
     * @throws IOException with a message for people if the file can't be written
     */
    public static Audit open(AuditConfig config) throws IOException {
        Path path = config.file();
        if (path == null) {
            return new Audit(config, null, entry -> LOG.info("{}", entry.text()), QUEUE);
        }
        AuditFile file = new AuditFile(path, config.maxSize(), config.maxFiles());
        return new Audit(config, file, entry -> file.write(entry.json()), QUEUE);
    }

    Audit(AuditConfig config, @Nullable AuditFile file, Consumer<AuditEntry> sink, int room) {
        this.file = file;
        this.sink = sink;
        this.queue = new ArrayBlockingQueue<>(room);
        told.addAll(config.events());
        for (AuditEvent event : AuditEvent.values()) {
            counts.put(event, new LongAdder());
            limits.put(event, limit(config, event));
        }
        thread = Thread.ofPlatform().name("audit").daemon().start(this::run);
    }

    private static RareLine limit(AuditConfig config, AuditEvent event) {
        if (config.file() != null) {
            return new RareLine(config.perSecond(), SECOND_NANOS);
        }
        return event == AuditEvent.ADMIN ? new RareLine(ADMIN_PER_SECOND, SECOND_NANOS) : new RareLine();
    }

    /**
     * Looks whether {@link #open} would find what it needs.
     *
     * @throws IOException with a message for people if not
     */
    public static void check(AuditConfig config) throws IOException {
        Path path = config.file();
        if (path != null) {
            AuditFile.check(path);
        }
    }

    /** True if there is anybody to tell of this: where it costs something to find out what to tell. */
    public boolean tells(AuditEvent event) {
        return told.contains(event);
    }

    /** True if it has a file of its own, where it need not be as sparing as in the log of the broker. */
    public boolean hasFile() {
        return file != null;
    }

    /**
     * Something befell a client.
     *
     * @param client whom, asked for if it is told; its user name is who it has proven to be where it was let in, else what it says
     * @param what as {@code AuditEntry} has it
     * @param detail likewise
     */
    public void tell(AuditEvent event, Supplier<ClientDetails> client, String what, String detail) {
        tell(event, client, what, detail, System.nanoTime());
    }

    /** An operator, or the node by itself, has changed something; in words, in which what clients chose is {@link Shown}. */
    public void admin(String what) {
        tell(AuditEvent.ADMIN, null, what, "", System.nanoTime());
    }

    /** A changed file was taken, or not: told in the file only, as the log of the broker has it already. */
    public void changed(String what) {
        if (hasFile()) {
            admin(what);
        }
    }

    void tell(AuditEvent event, @Nullable Supplier<ClientDetails> client, String what, String detail, long now) {
        if (!tells(event)) {
            return;
        }
        long before = limit(event).take(now);
        if (before == RareLine.NONE) {
            leftOut.increment();
        } else {
            ClientDetails whom = client == null ? null : client.get();
            offer(new AuditEntry(event, System.currentTimeMillis(), whom, what, detail, before));
        }
    }

    private void offer(AuditEntry entry) {
        if (closed || !queue.offer(entry)) {
            dropped.increment();
        }
    }

    private RareLine limit(AuditEvent event) {
        return limits.getOrDefault(event, new RareLine());
    }

    /** How many events were told. */
    public long told(AuditEvent event) {
        return counts.getOrDefault(event, new LongAdder()).sum();
    }

    /** How many were left out, as too many came. */
    public long leftOut() {
        return leftOut.sum();
    }

    /** How many were dropped, as they could not be written as fast. */
    public long dropped() {
        return dropped.sum();
    }

    private void run() {
        while (!closed) {
            try {
                AuditEntry entry = queue.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                if (entry == null) {
                    tellOfTheRest(false);
                } else {
                    write(entry);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        for (AuditEntry entry = queue.poll(); entry != null; entry = queue.poll()) {
            write(entry);
        }
        tellOfTheRest(true);
    }

    /** Where no further line comes, one tells how many were left out. */
    private void tellOfTheRest(boolean last) {
        long now = System.nanoTime();
        limits.forEach((event, limit) -> {
            long rest = last ? limit.takeLeftOut() : limit.rest(now);
            if (rest > 0) {
                write(new AuditEntry(event, System.currentTimeMillis(), null, "", "", rest));
            }
        });
    }

    private void write(AuditEntry entry) {
        try {
            sink.accept(entry);
            counts.getOrDefault(entry.event(), new LongAdder()).increment();
        } catch (RuntimeException e) {
            dropped.increment();
            LOG.error("an event could not be written", e);
        }
    }

    /** Writes what it was told and ends; what is told later is dropped. */
    @Override
    public void close() {
        closed = true;
        try {
            thread.join(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (file != null) {
            file.close();
        }
    }
}
