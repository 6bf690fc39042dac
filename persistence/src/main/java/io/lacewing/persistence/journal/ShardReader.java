package io.lacewing.persistence.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads one shard out of a journal that is being written: whatever is whole of it at that moment. Any thread. What the
 * shard is needed for is not cleaned away meanwhile, but older segments may be: then it is read once more.
 */
final class ShardReader {
    private static final int ATTEMPTS = 3;

    private final Disk disk;
    private final int shard;
    private final Replay replay = new Replay();
    private byte[] buffer = new byte[0];

    private ShardReader(Disk disk, int shard) {
        this.disk = disk;
        this.shard = shard;
    }

    /**
     * The shard as the files have it; empty if they have no copy of it.
     *
     * @throws IOException if a file can't be read
     * @throws JournalException if a record is whole and makes no sense
     */
    static Optional<RecoveredShard> read(Disk disk, Path dir, int shard) throws IOException, JournalException {
        IOException failure = new IOException("not tried");
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                return new ShardReader(disk, shard).read(Chain.of(disk, dir));
            } catch (IOException e) {
                failure = e;
            }
        }
        throw failure;
    }

    private Optional<RecoveredShard> read(Chain chain) throws IOException, JournalException {
        long last = chain.links().isEmpty() ? 0 : chain.links().getLast().number();
        for (Chain.Link link : chain.links()) {
            if (link.missing() != 0) {
                replay.hole("a segment is missing before " + link.path());
            }
            segment(link, link.number() == last);
        }
        return replay.recovered().stream().findFirst();
    }

    private void segment(Chain.Link link, boolean last) throws IOException, JournalException {
        int size = JournalReader.checkedSize(link.path(), link.size());
        if (buffer.length < size) {
            buffer = new byte[size];
        }
        int there = disk.read(link.path(), buffer, size);
        int end = link.end() == Chain.UNKNOWN ? there : (int) Math.min(there, link.end());
        SegmentReader reader = new SegmentReader(link.number(), buffer, end);
        int at = Math.min(SegmentHeader.BYTES, end);
        while (at < end) {
            SegmentReader.Found found = reader.at(at);
            if (found == null) {
                SegmentReader.Found next = reader.next(at + 1);
                if (next == null && last) {
                    return; // what is being written
                }
                replay.hole(link.path() + " is corrupt from offset " + at);
                at = next == null ? end : next.at();
            } else {
                record(link, reader, found);
                at = found.end();
            }
        }
    }

    private void record(Chain.Link link, SegmentReader reader, SegmentReader.Found found) throws JournalException {
        ByteBuffer body = reader.body(found);
        try {
            switch (found.kind()) {
                case BATCH -> {
                    if (body.getInt() == shard) {
                        replay.batch(shard, standing(body), body.getLong(), reader.rest(body, body.remaining()));
                    }
                }
                case COPY, DOUBTFUL_COPY -> {
                    if (body.getInt() == shard) {
                        replay.copy(
                                shard,
                                standing(body),
                                reader.rest(body, body.remaining()),
                                found.kind() == Kind.DOUBTFUL_COPY,
                                link.number(),
                                found.end() - found.at());
                    }
                }
                case FORGET -> {
                    if (body.getInt() == shard) {
                        replay.forget(shard);
                    }
                }
                case STANDING -> {
                    List<Standings.Of> own = Standings.decode(body).shards().stream()
                            .filter(of -> of.shard() == shard)
                            .toList();
                    replay.standings(own);
                }
                case ROWS, ALIVE, MARK, END -> {}
            }
        } catch (Replay.Unreadable | RuntimeException e) {
            throw new JournalException(
                    link.path() + " has a whole record at offset " + found.at() + " (" + found.kind()
                            + ") that this build cannot use: " + e.getMessage(),
                    e);
        }
    }

    private static Standing standing(ByteBuffer body) {
        return new Standing(body.getLong(), body.getLong(), body.getLong());
    }
}
