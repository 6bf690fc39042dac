package io.lacewing.persistence.journal;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What has been appended and not yet taken by the writer, in order; and what wakes the writer. Any thread. */
final class Waiting {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition something = lock.newCondition();
    private ArrayDeque<Entry> entries = new ArrayDeque<>();
    private boolean woken;
    private boolean closed;

    /** True if it is taken; false after {@link #close}. */
    boolean add(Entry entry) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            entries.add(entry);
            if (!woken) {
                woken = true;
                something.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Moves all that is there. */
    void drainTo(Collection<Entry> taken) {
        ArrayDeque<Entry> all;
        lock.lock();
        try {
            woken = false;
            if (entries.isEmpty()) {
                return;
            }
            all = entries;
            entries = new ArrayDeque<>();
        } finally {
            lock.unlock();
        }
        taken.addAll(all);
    }

    /** Makes {@link #await} return. */
    void wake() {
        lock.lock();
        try {
            woken = true;
            something.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is something, someone wakes it, or the time is over. */
    void await(long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (!woken && left > 0) {
                left = something.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Nothing is taken any more. */
    void close() {
        lock.lock();
        try {
            closed = true;
            woken = true;
            something.signal();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }
}
