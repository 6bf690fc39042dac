package io.lacewing.persistence.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which segment files are to be read, and up to where: each segment's header names the one before it and that one's end,
 * so the way goes from the last to the first. Files beside that way were left by a failing disk or by an interrupted
 * cleaning and hold nothing that is needed.
 */
final class Chain {
    /** No later segment says where this one ends: it ends where its file does. */
    static final long UNKNOWN = -1;

    private final Deque<Link> links = new ArrayDeque<>();
    private final List<Segment> obsolete = new ArrayList<>();
    private long lastNumber;

    /**
     * A segment to read.
     *
     * @param header null if it is damaged
     * @param end where its last record ends; {@link #UNKNOWN} if only the file says so
     * @param missing the number of the segment that should come before it, and is not there; 0 if none is missing
     */
    record Link(long number, Path path, long size, @Nullable SegmentHeader header, long end, long missing) {}

    private record Candidate(
            long number, Path path, long size, @Nullable SegmentHeader header) {}

    private Chain() {}

    /** Reads the names and the headers of the files in a directory. */
    static Chain of(Disk disk, Path dir) throws IOException, JournalException {
        Chain chain = new Chain();
        NavigableMap<Long, Candidate> files = new TreeMap<>();
        for (Path path : disk.list(dir)) {
            long unfinished = Segment.number(path, Segment.UNFINISHED);
            long number = Segment.number(path, Segment.SUFFIX);
            if (unfinished > 0) {
                chain.leave(unfinished, path, disk.size(path));
            } else if (number > 0) {
                files.put(number, new Candidate(number, path, disk.size(path), header(disk, path, number)));
            }
            chain.lastNumber = Math.max(chain.lastNumber, Math.max(number, unfinished));
        }
        chain.dropUnbegun(disk, files);
        chain.link(files);
        return chain;
    }

    private static @Nullable SegmentHeader header(Disk disk, Path path, long number)
            throws IOException, JournalException {
        byte[] bytes = new byte[SegmentHeader.BYTES];
        return switch (SegmentHeader.read(bytes, disk.read(path, bytes, bytes.length))) {
            case SegmentHeader.Found.Header found -> found.header().number() == number ? found.header() : null;
            case SegmentHeader.Found.Damaged damaged -> null;
            case SegmentHeader.Found.UnknownVersion unknown ->
                throw new JournalException(path + " has format version " + unknown.version() + "; this build knows "
                        + SegmentHeader.VERSION + ": start the node with the version that wrote it, or a later one");
        };
    }

    /** A last segment without a header and without a record: its beginning was cut off. */
    private void dropUnbegun(Disk disk, NavigableMap<Long, Candidate> files) throws IOException, JournalException {
        while (!files.isEmpty() && files.lastEntry().getValue().header == null) {
            Candidate last = files.lastEntry().getValue();
            byte[] bytes = new byte[JournalReader.checkedSize(last.path, last.size)];
            int size = disk.read(last.path, bytes, bytes.length);
            if (new SegmentReader(last.number, bytes, size).next(SegmentHeader.BYTES) != null) {
                return;
            }
            leave(last);
            files.pollLastEntry();
        }
    }

    private void link(NavigableMap<Long, Candidate> files) {
        long oldest = files.values().stream()
                .mapToLong(file -> file.header == null ? 0 : file.header.oldest())
                .max()
                .orElse(0);
        long end = UNKNOWN;
        Candidate at = files.isEmpty() ? null : files.lastEntry().getValue();
        while (at != null) {
            SegmentHeader header = at.header;
            Long lower = files.lowerKey(at.number);
            long previous = header != null ? header.previous() : lower == null ? 0 : lower;
            boolean missing = previous >= Math.max(1, oldest) && !files.containsKey(previous);
            links.addFirst(new Link(at.number, at.path, at.size, header, end, missing ? previous : 0));
            end = missing || header == null ? UNKNOWN : header.previousEnd();
            Long next = previous < Math.max(1, oldest) ? null : files.floorKey(previous);
            long from = next == null || next < oldest ? 0 : next;
            files.subMap(from, false, at.number, false).values().forEach(this::leave);
            at = from == 0 ? null : files.get(from);
        }
    }

    private void leave(Candidate file) {
        leave(file.number, file.path, file.size);
    }

    private void leave(long number, Path path, long size) {
        obsolete.add(new Segment(number, path, size, size));
    }

    /** What is to be read, in order. */
    Deque<Link> links() {
        return links;
    }

    /** What can go. */
    List<Segment> obsolete() {
        return obsolete;
    }

    /** The highest number in any name. */
    long lastNumber() {
        return lastNumber;
    }
}
