package io.lacewing.persistence.journal;

/**
 * What a journal tells and asks. Called on the journal's thread: an implementation only hands over, and throws nothing.
 */
public interface Listener {
    /**
     * The disk fails, is full or the journal is at its bound: nothing is reported kept until {@link #recovered}. Said once
     * per failure. The journal tries again every second by itself, unless {@code why} says that the node must be restarted.
     *
     * @param why path, reason and what to do, for an operator
     */
    void failing(String why);

    /** The journal writes again: what waited is being written and reported kept. */
    void recovered();

    /**
     * Old segments can go once a new copy of this shard is here. To be answered by {@link Journal#copy}, or {@link
     * Journal#keep} where only the recovered copy exists, or {@link Journal#forget}; also while failing. Asked again after
     * some seconds if no answer came.
     */
    void wantCopy(int shard);

    /**
     * Old segments can go once all rows are here again. To be answered by {@link Journal#rows} with every row that lives
     * (removals that must be remembered are rows too), then {@link Journal#rowsWritten} with the mark; also while failing,
     * but not before the node's tables are whole. Asked again, with a later mark, after some seconds if no answer came.
     */
    void wantRows(long mark);
}
