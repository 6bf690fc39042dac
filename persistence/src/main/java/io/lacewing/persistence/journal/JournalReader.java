package io.lacewing.persistence.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a journal, once, from the first segment to the last. What is not whole is one of two things.
 *
 * <p>A <em>torn tail</em>: the end of the last segment, in which the process or the machine stopped writing. It was never
 * reported kept, or only under a policy that may lose it, and is cut off. While the machine stayed up, writes are cut off
 * only where the file ends. If it went down, pages of what was not forced may be missing anywhere; but not before a
 * place that a later record knows to have been forced. (With {@code fsync: always}, bits that flip in the very last group
 * while the machine goes down therefore look as if that group had not been forced. Nothing in the files could tell.)
 *
 * <p>Everything else is a <em>corrupt place</em>: records that were kept are lost. It is reported, reading goes on behind
 * it, and {@link Replay} finds out which shards it concerns.
 */
final class JournalReader {
    private final Disk disk;
    private final RowSink sink;
    private final long boot;
    private final Replay replay = new Replay();
    private final Contents contents = new Contents();
    private final List<String> complaints = new ArrayList<>();
    private final List<Segment> read = new ArrayList<>();
    private byte[] buffer = new byte[0];
    /** The last segment in which rows may be missing; 0 if none is missing. */
    private long rowsDoubtfulIn;

    private long bytes;
    private long cutBytes;
    private long rows;

    /** Of the segment before: null at the beginning and after a damaged one. */
    private @Nullable SegmentHeader before;

    /** True if the record read last is an END. */
    private boolean ended = true;

    /** What came of it. */
    record Read(Recovery recovery, Contents contents, Segments.Old segments) {}

    private JournalReader(Disk disk, RowSink sink) {
        this.disk = disk;
        this.sink = sink;
        boot = SegmentHeader.boot(disk.bootId());
    }

    /** Reads what is in a directory, and leaves it so that a new segment can follow. */
    static Read read(Disk disk, Path dir, RowSink rows) throws IOException, JournalException {
        return new JournalReader(disk, rows).read(dir, Chain.of(disk, dir));
    }

    private Read read(Path dir, Chain chain) throws IOException, JournalException {
        long last = chain.links().isEmpty() ? 0 : chain.links().getLast().number();
        for (Chain.Link link : chain.links()) {
            begin(link);
            segment(link, link.number() == last);
        }
        if (before != null) {
            wentDown(before, boot).ifPresent(complaints::add);
        } else if (!ended) {
            replay.doubt(complaints.getLast() + ", so that it is not known whether the machine went down");
        }
        for (int shard : replay.withoutCopy()) {
            complaints.add(
                    "of shard " + shard + " there are records, but no whole copy to apply them to: it is lost here");
        }
        if (!ended) {
            forceWhatWasRead(dir);
        }
        replay.into(contents);
        Recovery recovery = new Recovery(
                replay.recovered(),
                new Recovery.Found(
                        contents.aliveAt(), List.copyOf(complaints), rowsDoubtfulIn > 0, bytes, cutBytes, rows, ended));
        return new Read(recovery, contents, new Segments.Old(read, chain.obsolete(), chain.lastNumber()));
    }

    private void begin(Chain.Link link) {
        if (link.missing() != 0) {
            String name = Segment.name(link.missing(), Segment.SUFFIX);
            hole(link.number(), "segment " + name + " is missing before " + link.path());
        }
        SegmentHeader header = link.header();
        if (header == null) {
            hole(link.number(), "the header of " + link.path() + " is damaged");
        } else if (before != null && before.run() != header.run()) {
            wentDown(before, header.boot());
        }
        before = header;
    }

    /** What follows a segment was written, or is read, by another process: was all of the segment on the disk? */
    private Optional<String> wentDown(SegmentHeader segment, long bootAfter) {
        if (ended || segment.fsync() == Fsync.ALWAYS || (segment.boot() == bootAfter && bootAfter != 0)) {
            return Optional.empty();
        }
        String why = "the machine went down while the journal was written with fsync: "
                + segment.fsync().name().toLowerCase(Locale.ROOT) + "; what was written last may be missing";
        replay.doubt(why);
        rowsDoubtful(segment.number());
        return Optional.of(why);
    }

    private void rowsDoubtful(long segment) {
        rowsDoubtfulIn = Math.max(rowsDoubtfulIn, segment);
    }

    private void segment(Chain.Link link, boolean last) throws IOException, JournalException {
        int size = checkedSize(link.path(), link.size());
        if (buffer.length < size) {
            buffer = new byte[size];
        }
        int there = disk.read(link.path(), buffer, size);
        bytes += there;
        int end = link.end() == Chain.UNKNOWN ? there : (int) Math.min(there, link.end());
        ended = false;
        int whole = records(link, new SegmentReader(link.number(), buffer, end), end, last);
        if (whole < end) {
            cut(link, whole);
        }
        if (link.end() > there) {
            hole(
                    link.number(),
                    link.path() + " ends at offset " + there + ", and the segment after it says at " + link.end());
        }
        read.add(new Segment(link.number(), link.path(), whole, whole));
    }

    /** Reads the records of a segment; returns where it ends. */
    private int records(Chain.Link link, SegmentReader reader, int end, boolean last) throws JournalException {
        int at = Math.min(SegmentHeader.BYTES, end);
        while (at < end) {
            SegmentReader.Found found = reader.at(at);
            if (found == null) {
                SegmentReader.Found next = reader.next(at + 1);
                if (last && isTorn(link, reader, at, next)) {
                    return at;
                }
                int resume = next == null ? end : next.at();
                hole(link.number(), link.path() + " is corrupt from offset " + at + " to " + resume);
                at = resume;
            } else {
                record(link, reader, found);
                ended = found.kind() == Kind.END;
                at = found.end();
            }
        }
        return end;
    }

    /** See the class comment. {@code next} is the next whole record, if there is one. */
    private boolean isTorn(Chain.Link link, SegmentReader reader, int at, SegmentReader.@Nullable Found next) {
        if (next == null && reader.isCutOff(at)) {
            return true;
        }
        SegmentHeader header = link.header();
        if (header == null || (header.boot() == boot && boot != 0)) {
            return false;
        }
        for (SegmentReader.Found found = next; found != null; found = reader.next(found.end())) {
            if (found.allBeforeForced()) {
                return false;
            }
            if (found.kind() == Kind.STANDING) {
                Standings standings = Standings.decode(reader.body(found));
                if (standings.forcedSegment() == link.number() && standings.forcedOffset() > at) {
                    return false;
                }
            }
        }
        return true;
    }

    private void record(Chain.Link link, SegmentReader reader, SegmentReader.Found found) throws JournalException {
        ByteBuffer body = reader.body(found);
        try {
            switch (found.kind()) {
                case BATCH ->
                    replay.batch(
                            body.getInt(),
                            new Standing(body.getLong(), body.getLong(), body.getLong()),
                            body.getLong(),
                            rest(reader, body));
                case COPY, DOUBTFUL_COPY ->
                    replay.copy(
                            body.getInt(),
                            new Standing(body.getLong(), body.getLong(), body.getLong()),
                            rest(reader, body),
                            found.kind() == Kind.DOUBTFUL_COPY,
                            link.number(),
                            found.end() - found.at());
                case ROWS -> {
                    int count = body.getInt();
                    for (int i = 0; i < count; i++) {
                        sink.row(reader.rest(body, body.getInt()));
                    }
                    rows += count;
                    contents.rows(found.end() - found.at(), link.number());
                }
                case FORGET -> replay.forget(body.getInt());
                case ALIVE -> contents.alive(body.getLong());
                case STANDING -> {
                    Standings standings = Standings.decode(body);
                    contents.alive(standings.aliveAt());
                    replay.standings(standings.shards());
                }
                case MARK -> {
                    long from = body.getLong();
                    contents.rowsComplete(from, link.number());
                    rowsDoubtfulIn = rowsDoubtfulIn < from ? 0 : rowsDoubtfulIn;
                }
                case END -> {}
            }
        } catch (Replay.Unreadable | RuntimeException e) {
            throw new JournalException(
                    link.path() + " has a whole record at offset " + found.at() + " (" + found.kind()
                            + ") that this build cannot use: " + e.getMessage()
                            + "; start the node with the version that wrote it, or a later one",
                    e);
        }
    }

    private static byte[] rest(SegmentReader reader, ByteBuffer body) {
        return reader.rest(body, body.remaining());
    }

    private void hole(long segment, String why) {
        complaints.add(why);
        replay.hole(why);
        rowsDoubtful(segment);
        ended = false;
    }

    private void cut(Chain.Link link, int whole) throws IOException {
        cutBytes += link.size() - whole;
        Disk.File file = disk.open(link.path());
        try {
            file.truncate(whole);
        } finally {
            file.close();
        }
    }

    /**
     * What the process before wrote may be in the system's cache only; from now on everything before the new segment is taken
     * for forced.
     */
    private void forceWhatWasRead(Path dir) throws IOException {
        for (Segment segment : read) {
            Disk.File file = disk.open(segment.path);
            try {
                file.force();
            } finally {
                file.close();
            }
        }
        disk.forceDirectory(dir);
    }

    /** A segment's size, which one array can take. */
    static int checkedSize(Path path, long size) throws JournalException {
        if (size > Integer.MAX_VALUE - 64) {
            throw new JournalException(
                    path + " has " + size + " bytes, which no segment has; move it out of the directory");
        }
        return (int) size;
    }
}
