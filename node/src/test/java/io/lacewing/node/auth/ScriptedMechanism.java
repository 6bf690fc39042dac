package io.lacewing.node.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A method whose steps a test gives, whenever it likes, and that tells the test what it was asked. Any thread. */
public final class ScriptedMechanism implements Mechanism {
    /** The name by which clients know it, unless a test gives it another. */
    public static final String NAME = "SCRIPTED";

    private static final int TIMEOUT_SECONDS = 10;

    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<CompletableFuture<Step>> answers = new LinkedBlockingQueue<>();

    @Override
    public Exchange begin(ClientDetails client) {
        events.add("begin " + client.clientId() + " " + client.userName() + " " + client.listener() + " "
                + client.protocolLevel());
        return new Exchange() {
            @Override
            public CompletionStage<Step> take(byte @Nullable [] data) {
                CompletableFuture<Step> answer = new CompletableFuture<>();
                answers.add(answer);
                events.add("take "
                        + (data == null ? "nothing" : java.util.HexFormat.of().formatHex(data)));
                return answer;
            }

            @Override
            public void cancel() {
                events.add("cancel");
            }
        };
    }

    /** What the mechanism is asked next, all of it in this order. */
    public ScriptedMechanism expect(String... asked) throws InterruptedException {
        for (String event : asked) {
            assertEquals(event, events.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS));
        }
        return this;
    }

    /** It has not been asked anything that the test does not know. */
    public void expectNothing() {
        assertNull(events.poll());
    }

    /** Takes the oldest question that is not answered; completing it answers it. */
    public CompletableFuture<Step> question() throws InterruptedException {
        CompletableFuture<Step> question = answers.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        if (question == null) {
            throw new AssertionError("the mechanism was not asked");
        }
        return question;
    }

    /** Answers the oldest question, on this thread. */
    public void answer(Step step) throws InterruptedException {
        question().complete(step);
    }
}
