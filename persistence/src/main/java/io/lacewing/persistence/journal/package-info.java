/**
 * A node's journal on its local disk: what its shards' replicas applied, and the rows of the shared tables, so that a node,
 * and a cluster that stopped as a whole, finds again what it had acknowledged. {@link
 * io.lacewing.persistence.journal.Journal} is the whole of it for its users; {@link
 * io.lacewing.persistence.journal.StateFile} is for what is small and replaced as a whole.
 *
 * <p>The journal is a log in segment files. A segment begins with a {@code SegmentHeader}, which names the segment before
 * and where that one ends, and a STANDING of all shards. Then come records, each in a {@code Frame} with a checksum over
 * the record and its place. A shard is its newest whole copy and the batches after it. The {@code Cleaner} asks for new
 * copies of what the oldest segment is still needed for, and the segment goes.
 *
 * <p>One thread writes ({@code Writer}); another forces ({@code Forcer}) where appends need not wait for it. {@code
 * JournalReader} reads everything once, {@code Replay} makes the shards of it; {@code ShardReader} reads one shard again. These are the only threads and files in this
 * module; time is nanoseconds for intervals, and what callers say.
 *
 * <h2>How a format is changed</h2>
 *
 * The header's version stands for all that the journal itself writes: header, frame, and the body of every kind of record.
 * What callers give (batches, copies, rows) has versions of its own. To change something: raise {@code
 * SegmentHeader.VERSION}; let the reader know both, by the version in each segment's header; write only the new one; add
 * {@code src/test/resources/journal-format-N} and a test beside that of the older formats, which stay. A new kind of record
 * needs a new version as well, because an older build takes a record of a kind that it does not know for a corrupt one. A
 * build refuses to start on files of a version that it does not know, and leaves them as they are; so going back to an
 * older build after a change needs the older build to know the newer format.
 */
@NullMarked
package io.lacewing.persistence.journal;

import org.jspecify.annotations.NullMarked;
