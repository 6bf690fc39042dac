package io.lacewing.node;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What a {@link StubGate} was asked for, and its answers to publishes and settling where a test keeps them back. */
final class Withheld {
    private final Queue<Runnable> answers = new ConcurrentLinkedQueue<>();
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private volatile boolean keeping;

    /** From now on they are kept. */
    void keep() {
        keeping = true;
    }

    /** Gives the next answer that is kept; false if there is none. */
    boolean give() {
        Runnable next = answers.poll();
        if (next != null) {
            asked.add("answer");
            next.run();
        }
        return next != null;
    }

    void asked(String what) {
        asked.add(what);
    }

    /** What was asked for, and what was kept and then given, in order. */
    List<String> asked() {
        return List.copyOf(asked);
    }

    void answer(Runnable answer) {
        if (keeping) {
            answers.add(answer);
        } else {
            answer.run();
        }
    }
}
