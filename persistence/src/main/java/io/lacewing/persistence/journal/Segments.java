package io.lacewing.persistence.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The segment files: which there are, up to where they are written and forced, and the steps by which one follows another.
 * Each step leaves files that are read to the same, wherever it is cut off. The writer's thread.
 */
final class Segments {
    /** No segment takes more than this part of the bound, so that there is always one to let go of. */
    private static final int LEAST_SEGMENTS = 16;

    private final Fsync fsync;
    private final long segmentBytes;
    private final Disk disk;
    private final Path dir;
    private final long boot;
    private final RecordWriter records;
    private final Timings timings;

    /** What is read at the next start, oldest first; the last is written to, if it is of this run. */
    private final Deque<Segment> live = new ArrayDeque<>();
    /** Those of them with something that is not forced, oldest first. */
    private final Deque<Segment> unforced = new ArrayDeque<>();
    /** What is not read any more, and can go once the current segment is on the disk. */
    private final List<Segment> obsolete = new ArrayList<>();

    private @Nullable Segment current;
    /** What the current one's header says: those before are not needed. */
    private long oldest;

    private long next;
    /** The first segment of this run. */
    private final long run;

    /** What there was at the start. */
    record Old(List<Segment> live, List<Segment> obsolete, long lastNumber) {}

    Segments(JournalSettings settings, Disk disk, Path dir, Old old, Timings timings) {
        fsync = settings.fsync();
        segmentBytes = Math.min(settings.segmentBytes(), settings.maxBytes() / LEAST_SEGMENTS);
        this.disk = disk;
        this.dir = dir;
        this.timings = timings;
        boot = SegmentHeader.boot(disk.bootId());
        records = new RecordWriter(timings);
        live.addAll(old.live);
        obsolete.addAll(old.obsolete);
        run = old.lastNumber + 1;
        next = run;
    }

    /** The one that is written to. */
    Segment current() {
        if (current == null) {
            throw new IllegalStateException("no segment of this run");
        }
        return current;
    }

    /** The number of the segment that is written to, or of the next. */
    long currentNumber() {
        return current == null ? next : current.number;
    }

    /** The number of the oldest that is read. */
    long firstNumber() {
        Segment first = live.peekFirst();
        return first == null ? next : first.number;
    }

    /** How many bytes all of them take. */
    long bytes() {
        long bytes = 0;
        for (Segment segment : live) {
            bytes += segment.end;
        }
        for (Segment segment : obsolete) {
            bytes += segment.end;
        }
        return bytes;
    }

    int count() {
        return live.size() + obsolete.size();
    }

    /** True if a new segment has to begin before anything can be written. */
    boolean isFull() {
        return current == null || current.end >= segmentBytes;
    }

    /** How many bytes the current segment still takes. */
    long room() {
        return current == null ? 0 : segmentBytes - current.end;
    }

    /** True if everything that was written is forced. */
    boolean isForced() {
        return unforced.isEmpty();
    }

    /** A STANDING that names up to where everything is forced. */
    Entry standing(Contents contents) {
        Segment first = unforced.peekFirst();
        if (first != null) {
            return contents.standing(first.number, first.forced);
        }
        return current == null ? contents.standing(0, 0) : contents.standing(current.number, current.end);
    }

    /** Cuts off what a failed write has left. Where that fails too, a new segment says where this one ends. */
    void mend() {
        if (current == null || !current.ragged) {
            return;
        }
        try {
            current.file().truncate(current.end);
            current.ragged = false;
        } catch (IOException e) {
            current = null; // so that begin comes next; its header makes the rest void
        }
    }

    /**
     * Begins a segment after the present one, with a header and the standings, on the disk itself. When this throws,
     * nothing may be written to the older ones: a header that says where they end may be on the disk.
     */
    void begin(long oldestNeeded, Contents contents) throws IOException {
        Segment last = live.peekLast();
        long previous = last == null ? 0 : last.number;
        long previousEnd = last == null ? 0 : last.end;
        current = null;
        long number = next++;
        Path path = dir.resolve(Segment.name(number, Segment.SUFFIX));
        Segment segment = new Segment(number, path, disk.create(path));
        try {
            RecordWriter.Group group = records.begin(segment);
            group.append(new SegmentHeader(number, oldestNeeded, previous, previousEnd, fsync, run, boot));
            group.append(standing(contents), false);
            group.end();
            force(segment.file());
            disk.forceDirectory(dir);
        } catch (IOException e) {
            abandon(segment);
            throw e;
        }
        segment.forced = segment.end;
        if (last != null && (last.isForced() || fsync == Fsync.NEVER)) {
            last.close();
        }
        become(segment, oldestNeeded);
    }

    /**
     * After a failed force the system's cache cannot be trusted: everything since the last good one goes into a new segment,
     * which takes the place of what was written since, all at once, when it is on the disk itself.
     */
    void replaceUnforced(long oldestNeeded, List<Entry> held, Contents contents) throws IOException {
        Segment first = unforced.peekFirst();
        if (first == null) {
            return;
        }
        current = null;
        long number = next++;
        Path unfinished = dir.resolve(Segment.name(number, Segment.UNFINISHED));
        Path path = dir.resolve(Segment.name(number, Segment.SUFFIX));
        Segment segment = new Segment(number, path, disk.create(unfinished));
        try {
            RecordWriter.Group group = records.begin(segment);
            group.append(new SegmentHeader(number, oldestNeeded, first.number, first.forced, fsync, run, boot));
            for (Entry entry : held) {
                group.append(entry, false);
            }
            group.append(contents.standing(first.number, first.forced), false);
            group.end();
            force(segment.file());
            disk.rename(unfinished, path);
            disk.forceDirectory(dir);
        } catch (IOException e) {
            abandon(segment);
            disk.delete(unfinished);
            throw e;
        }
        segment.forced = segment.end;
        first.end = first.forced;
        first.close();
        while (live.peekLast() != first) {
            Segment lost = live.removeLast();
            lost.close();
            obsolete.add(lost);
        }
        unforced.clear();
        held.forEach(entry -> contents.moved(entry, number));
        become(segment, oldestNeeded);
    }

    private void become(Segment segment, long oldestNeeded) {
        live.addLast(segment);
        current = segment;
        oldest = oldestNeeded;
    }

    /** Lets go of a segment that did not come about. If it stays on the disk, the next one's header makes it void. */
    private void abandon(Segment segment) throws IOException {
        obsolete.add(segment);
        segment.close();
    }

    /** Writes a group. When this throws, none of it counts. */
    void append(Iterable<Entry> entries) throws IOException {
        Segment segment = current();
        boolean allBeforeForced = isForced();
        try {
            RecordWriter.Group group = records.begin(segment);
            for (Entry entry : entries) {
                group.append(entry, allBeforeForced);
                allBeforeForced = false;
            }
            long before = segment.end;
            group.end();
            if (segment.end > before && unforced.peekLast() != segment) {
                unforced.addLast(segment);
            }
        } catch (IOException e) {
            segment.ragged = true;
            throw e;
        }
    }

    /** What to force now, for {@link Forcer}; {@link #forced} once it is. */
    List<Disk.File> toForce() throws IOException {
        List<Disk.File> files = new ArrayList<>(unforced.size());
        for (Segment segment : unforced) {
            files.add(segment.file());
            segment.asked = segment.end;
        }
        return files;
    }

    /** What was given by {@link #toForce} is forced. */
    void forced() throws IOException {
        while (!unforced.isEmpty()) {
            Segment segment = unforced.peekFirst();
            segment.forced = segment.asked;
            if (!segment.isForced()) {
                return;
            }
            unforced.removeFirst();
            if (segment != current) {
                segment.close();
            }
        }
    }

    /** Forces everything that was written. */
    void forceAll() throws IOException {
        for (Segment segment : unforced) {
            if (segment.isOpen()) {
                force(segment.file());
            } else {
                Disk.File file = disk.open(segment.path);
                try {
                    force(file);
                } finally {
                    file.close();
                }
            }
            segment.asked = segment.end;
        }
        forced();
    }

    private void force(Disk.File file) throws IOException {
        long began = System.nanoTime();
        file.force();
        timings.forced(System.nanoTime() - began);
    }

    /** True if everything before the current segment is forced. */
    boolean isForcedBeforeCurrent() {
        return unforced.isEmpty() || unforced.peekFirst() == current;
    }

    /** True if there is something that {@link #clean} would delete once all is forced. */
    boolean isCleanable() {
        return current != null && (!obsolete.isEmpty() || firstNumber() < oldest);
    }

    /**
     * Deletes what is not needed, oldest first, when everything that takes its place is on the disk itself. The current
     * segment's header, which is, says that the older ones are not missed.
     */
    void clean() throws IOException {
        while (isCleanable() && firstNumber() < oldest) {
            Segment first = live.removeFirst();
            first.close();
            obsolete.add(first);
        }
        while (isCleanable()) {
            disk.delete(obsolete.getFirst().path);
            obsolete.removeFirst();
        }
    }

    /** Closes all files. */
    void close() throws IOException {
        for (Segment segment : live) {
            segment.close();
        }
    }
}
