package io.lacewing.cluster.hazelcast;

import io.lacewing.cluster.replica.ReplicaNotice;
import io.lacewing.cluster.replica.ReplicaState;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One shard as this member holds it. Its lock makes one order of what the replica applied, what is appended to the journal
 * and what is reported: everything is called with the lock held, where not said otherwise.
 */
final class HeldShard {
    private final ReentrantLock lock = new ReentrantLock();
    private final Consumer<ReplicaNotice> sink;
    private final ArrayDeque<Report> reports = new ArrayDeque<>();
    /**
     * The copy of which the last append was, also when the member holds the shard no more: those who do may die before that is
     * recorded. Null if there was none, or it was forgotten.
     */
    private @Nullable ShardEntry appended;
    /** The standing of a copy from disk that may come. */
    private @Nullable Standing expected;

    private record Standing(long epoch, long sequence) {}

    /** What is to be said, once it is kept and all before it is. */
    private static final class Report {
        final ReplicaNotice notice;
        boolean kept;

        Report(ReplicaNotice notice, boolean kept) {
            this.notice = notice;
            this.kept = kept;
        }
    }

    HeldShard(Consumer<ReplicaNotice> sink) {
        this.sink = sink;
    }

    ReentrantLock lock() {
        return lock;
    }

    /** Says it, after all that waits to be said. */
    void report(ReplicaNotice notice) {
        synchronized (reports) {
            reports.add(new Report(notice, true));
            flush();
        }
    }

    /**
     * Will say it when the returned is run, and not before what is to be said before it. That may be done on any thread and
     * without the lock: the journal's does not wait for a copy that is being made.
     */
    Runnable reportWhenKept(ReplicaNotice notice) {
        Report report = new Report(notice, false);
        synchronized (reports) {
            reports.add(report);
        }
        return () -> {
            synchronized (reports) {
                report.kept = true;
                flush();
            }
        };
    }

    /** In the monitor of the reports, so that they leave in order. */
    private void flush() {
        Report first;
        while ((first = reports.peek()) != null && first.kept) {
            reports.remove();
            sink.accept(first.notice);
        }
    }

    void appended(ShardEntry entry) {
        appended = entry;
    }

    @Nullable
    ShardEntry appended() {
        return appended;
    }

    void letGo() {
        appended = null;
    }

    void expect(long epoch, long sequence) {
        expected = new Standing(epoch, sequence);
    }

    boolean expects(ReplicaState state) {
        return new Standing(state.epoch(), state.sequence()).equals(expected);
    }

    void expectNothing() {
        expected = null;
    }
}
