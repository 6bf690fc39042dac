package io.lacewing.persistence.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes what was appended, in groups, and says when it is kept. It goes on in turns, so that a test can be its thread and
 * its clock.
 *
 * <p>A turn takes what waits, writes one group of it and, with {@link Fsync#ALWAYS}, forces it; then all of the group is
 * kept. With {@link Fsync#INTERVAL} it is kept when written, and {@link Forcer} forces what was written since, once per
 * interval. With {@link Fsync#NEVER} only what lets old segments go is forced.
 *
 * <p>What fails: <em>a write</em> leaves nothing that counts, is cut off, and is repeated every second. <em>A force</em>
 * may have lost what the system's cache held, and a second force would not tell. Therefore what is not forced is held in
 * memory (with INTERVAL at most 32 MiB and one record: then appends wait for the force), and all of it is written and
 * forced again in a new segment that takes the place of the old. With NEVER it is not held; then nothing is kept any more,
 * and the node must be restarted to find out what the disk has. <em>The bound</em>: only what makes room is written.
 */
final class Writer {
    private static final long RETRY = TimeUnit.SECONDS.toNanos(1);
    private static final long STANDING_EVERY = TimeUnit.SECONDS.toNanos(2);
    private static final long IDLE = TimeUnit.SECONDS.toNanos(60);
    private static final long MOST_HELD = 32L << 20;

    private final JournalSettings settings;
    private final Path dir;
    private final Waiting waiting;
    private final Segments segments;
    private final Contents contents;
    private final Cleaner cleaner;
    private final Forcer forcer;
    private final Counters counters;
    private final Listener listener;

    private final Deque<Entry> backlog = new ArrayDeque<>();
    private final List<Entry> group = new ArrayList<>();
    /** Written and not forced, in order. */
    private final List<Entry> held = new ArrayList<>();

    private long heldBytes;
    private int heldAtRequest;
    private boolean rewrite;
    /** Something waits for which there is no room below the bound. */
    private boolean over;

    private boolean broken;
    private @Nullable String failing;
    private boolean retrying;
    private long retryAt;
    private boolean forcedOnce;
    private long forceAskedAt;
    private boolean changed;
    private long standingAt;

    /** What a writer works with. */
    record Parts(
            Waiting waiting, Segments segments, Contents contents, Cleaner cleaner, Forcer forcer, Counters counters) {}

    Writer(JournalSettings settings, Path dir, Parts parts, Listener listener) {
        this.settings = settings;
        this.dir = dir;
        waiting = parts.waiting;
        segments = parts.segments;
        contents = parts.contents;
        cleaner = parts.cleaner;
        forcer = parts.forcer;
        counters = parts.counters;
        this.listener = listener;
    }

    /** Turns until the journal is closed; then the end. */
    void run() {
        boolean closed = false;
        try {
            while (!closed || !isDone()) {
                closed = waiting.isClosed();
                long idle = turn(System.nanoTime());
                if (!closed) {
                    waiting.await(idle);
                } else if (forcer.isBusy()) {
                    waiting.await(RETRY);
                }
            }
            finish();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            breakDown("its thread was interrupted");
        } catch (RuntimeException | Error e) {
            breakDown("of a fault: " + e);
            throw e;
        }
    }

    /** True if nothing is left that could be written now. */
    boolean isDone() {
        return broken || failing != null || (backlog.isEmpty() && !forcer.isBusy());
    }

    /** One turn. Returns for how many nanoseconds there is nothing to do unless something is appended. */
    long turn(long now) {
        waiting.drainTo(backlog);
        if (broken) {
            return IDLE;
        }
        try {
            takeForced();
            if (retrying && now - retryAt < 0) {
                return retryAt - now;
            }
            write(now);
            if (broken) {
                return IDLE;
            }
            retrying = false;
            if (!over && failing != null) {
                failing = null;
                listener.recovered();
            }
            return idle(now);
        } catch (IOException e) {
            fail(Advice.of(dir, e), now);
            return RETRY;
        } finally {
            counters.standing(segments.bytes(), segments.count(), failing);
        }
    }

    private void write(long now) throws IOException {
        if (rewrite) {
            rewrite();
        }
        segments.mend();
        if (segments.isFull() || ((over || segments.bytes() > cleaner.bound()) && canLetGo())) {
            segments.begin(oldestNeeded(), contents);
        }
        over = false;
        if (mayWrite()) {
            int count = choose();
            over = count == 0 && !backlog.isEmpty();
            writeGroup(count, now);
        }
        force(now);
        clean();
        boolean asked = cleaner.ask(now, segments, backlog, listener);
        if (over) {
            failOver(asked);
        }
    }

    /** True if a new segment, by saying so, would let old ones go. */
    private boolean canLetGo() {
        return oldestNeeded() > segments.firstNumber() && !segments.isCleanable();
    }

    private long oldestNeeded() {
        return contents.oldestNeeded(segments.currentNumber());
    }

    /** False if so much is not forced that the force has to come first. */
    private boolean mayWrite() {
        return settings.fsync() != Fsync.INTERVAL || heldBytes < MOST_HELD;
    }

    /** How many of those that wait go into the next group. */
    private int choose() {
        long used = segments.bytes();
        long free = cleaner.bound() - used;
        int makesRoom = -1;
        long bytes = 0;
        int count = 0;
        for (Entry entry : backlog) {
            bytes += entry.bytes();
            if (count > 0 && (bytes > RecordWriter.BYTES || bytes > segments.room())) {
                break;
            }
            if (bytes > free) {
                makesRoom = makesRoom < 0 ? upToWhatMakesRoom() : makesRoom;
                if (count >= makesRoom || used + bytes > cleaner.maxBytes()) {
                    break;
                }
            }
            count++;
        }
        return count;
    }

    /** How many of those that wait have to be written so that the last one that makes room is. */
    private int upToWhatMakesRoom() {
        int count = 0;
        int last = 0;
        for (Entry entry : backlog) {
            count++;
            if (cleaner.makesRoom(entry)) {
                last = count;
            }
        }
        return last;
    }

    private void writeGroup(int count, long now) throws IOException {
        for (int i = 0; i < count; i++) {
            group.add(backlog.removeFirst());
        }
        boolean standing = changed && now - standingAt >= STANDING_EVERY;
        if (group.isEmpty() && !standing) {
            return;
        }
        if (standing) {
            // Before the group: it tells what the records before it led to.
            group.addFirst(segments.standing(contents));
        }
        try {
            segments.append(group);
        } catch (IOException e) {
            group.removeIf(entry -> entry.kind == Kind.STANDING);
            group.reversed().forEach(backlog::addFirst);
            group.clear();
            throw e;
        }
        long segment = segments.current().number;
        changed &= !standing;
        for (Entry entry : group) {
            contents.written(entry, segment);
            cleaner.written(entry);
            counters.written(entry);
            if (settings.fsync() != Fsync.NEVER && entry.kind != Kind.STANDING) {
                held.add(entry);
                heldBytes += entry.bytes();
            }
        }
        if (!changed && group.getLast().kind != Kind.STANDING) {
            changed = true;
            standingAt = now;
        }
        if (settings.fsync() == Fsync.ALWAYS) {
            forceNow();
        }
        group.forEach(Entry::kept);
        group.clear();
    }

    private void forceNow() throws IOException {
        try {
            segments.forceAll();
        } catch (IOException e) {
            rewrite = true;
            group.clear();
            throw e;
        }
        held.clear();
        heldBytes = 0;
    }

    /** After a failed force: see the class comment. */
    private void rewrite() throws IOException {
        segments.replaceUnforced(oldestNeeded(), held, contents);
        rewrite = false;
        List<Entry> forced = List.copyOf(held);
        held.clear();
        heldBytes = 0;
        forced.forEach(Entry::kept);
    }

    /** Asks for a force if one is due. */
    private void force(long now) throws IOException {
        if (settings.fsync() != Fsync.INTERVAL || segments.isForced() || forcer.isBusy()) {
            return;
        }
        if (!forcedOnce
                || !mayWrite()
                || now - forceAskedAt >= settings.interval().toNanos()) {
            forcedOnce = true;
            forceAskedAt = now;
            heldAtRequest = held.size();
            forcer.request(segments.toForce());
        }
    }

    private void takeForced() throws IOException {
        Forcer.Outcome outcome = forcer.take();
        if (outcome == null) {
            return;
        }
        IOException failure = outcome.failure();
        if (failure != null) {
            rewrite = true;
            retrying = false;
            throw failure;
        }
        segments.forced();
        List<Entry> forced = held.subList(0, heldAtRequest);
        forced.forEach(entry -> heldBytes -= entry.bytes());
        forced.clear();
    }

    private void clean() throws IOException {
        if (!segments.isCleanable()) {
            return;
        }
        if (settings.fsync() == Fsync.NEVER) {
            try {
                segments.forceAll();
            } catch (IOException e) {
                breakDown("a force failed: " + e + ", and what was written since the last one is not held with fsync:"
                        + " never");
                return;
            }
        }
        if (segments.isForcedBeforeCurrent()) {
            segments.clean();
        }
    }

    private long idle(long now) {
        if (over) {
            return canLetGo() ? 0 : RETRY;
        }
        if (!backlog.isEmpty() && mayWrite()) {
            return 0;
        }
        long idle = IDLE;
        if (settings.fsync() == Fsync.INTERVAL && !segments.isForced() && !forcer.isBusy()) {
            idle = Math.min(idle, forceAskedAt + settings.interval().toNanos() - now);
        }
        if (changed) {
            idle = Math.min(idle, standingAt + STANDING_EVERY - now);
        }
        return Math.clamp(idle, 0, cleaner.isAsking() ? RETRY : IDLE);
    }

    private void fail(String why, long now) {
        retrying = true;
        retryAt = now + RETRY;
        say(why);
    }

    private void failOver(boolean asked) {
        say("the journal in " + dir + " is at its bound: " + segments.bytes() + " bytes of at most "
                + cleaner.maxBytes()
                + "; " + (asked ? "it is being cleaned" : "all of it is needed")
                + "; if this lasts, give it more (and a volume that has it). Nothing is acknowledged until then");
    }

    /** Says that it fails, unless it has been said. */
    private void say(String why) {
        if (failing == null) {
            failing = why;
            listener.failing(why);
        }
    }

    /** Nothing is kept any more. */
    private void breakDown(String why) {
        broken = true;
        failing = "the journal in " + dir + " cannot go on because " + why
                + ": nothing is acknowledged until the node is" + " restarted; check the disk first";
        listener.failing(failing);
        counters.standing(segments.bytes(), segments.count(), failing);
    }

    /** Forces what was written and marks the end. After the last turn. */
    void finish() {
        try {
            if (failing == null) {
                segments.forceAll();
                segments.append(List.of(Entry.end()));
                segments.forceAll();
            }
            segments.close();
        } catch (IOException e) {
            say(Advice.of(dir, e));
        }
    }
}
