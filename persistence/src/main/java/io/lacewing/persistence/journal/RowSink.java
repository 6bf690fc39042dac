package io.lacewing.persistence.journal;

/** Takes the rows that a journal held, in the order in which they were appended; newer ones come after older ones. */
@FunctionalInterface
public interface RowSink {
    /** One row as it was given to {@link Journal#rows}. Called by the thread that opens the journal. */
    void row(byte[] encodedRow);
}
