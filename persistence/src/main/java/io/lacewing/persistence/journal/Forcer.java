package io.lacewing.persistence.journal;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Forces files beside the writer, so that appends do not wait for the disk. One request at a time: the writer asks, a
 * thread of its own carries it out, the writer takes what came of it.
 */
final class Forcer {
    private final Runnable whenDone;
    private final Timings timings;

    private @Nullable List<Disk.File> request;
    private @Nullable Outcome outcome;
    private boolean stopped;

    /** What came of a request; {@code failure} is null if all is forced. */
    record Outcome(@Nullable IOException failure) {}

    /** {@code whenDone} is run on the forcing thread. */
    Forcer(Timings timings, Runnable whenDone) {
        this.timings = timings;
        this.whenDone = whenDone;
    }

    /** Asks for these files to be forced. Not while {@link #isBusy}. */
    synchronized void request(List<Disk.File> files) {
        request = files;
        notifyAll();
    }

    /** True from a request until its outcome has been taken. */
    synchronized boolean isBusy() {
        return request != null || outcome != null;
    }

    /** What came of the request, once; null if there is none or it is under way. */
    synchronized @Nullable Outcome take() {
        Outcome taken = outcome;
        outcome = null;
        return taken;
    }

    /** Ends {@link #run} when nothing is asked. */
    synchronized void stop() {
        stopped = true;
        notifyAll();
    }

    /** Carries out requests until {@link #stop}. */
    void run() {
        boolean asked = awaitRequest();
        while (asked && step()) {
            asked = awaitRequest();
        }
    }

    private synchronized boolean awaitRequest() {
        while (request == null && !stopped) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return request != null;
    }

    /** Carries out the request; false if there is none. */
    boolean step() {
        List<Disk.File> files;
        synchronized (this) {
            if (request == null) {
                return false;
            }
            files = request;
        }
        Outcome done = new Outcome(force(files));
        synchronized (this) {
            request = null;
            outcome = done;
        }
        whenDone.run();
        return true;
    }

    private @Nullable IOException force(List<Disk.File> files) {
        try {
            for (Disk.File file : files) {
                long began = System.nanoTime();
                file.force();
                timings.forced(System.nanoTime() - began);
            }
            return null;
        } catch (IOException e) {
            return e;
        }
    }
}
