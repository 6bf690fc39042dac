package io.lacewing.node.auth;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts what one authenticator or mechanism has decided; who says nothing about a client is not counted. Thread-safe. */
public final class Tally {
    private final LongAdder allowed = new LongAdder();
    private final LongAdder denied = new LongAdder();

    /** Clients that were let in. */
    public long allowed() {
        return allowed.sum();
    }

    /** Clients that were refused, failures of the authenticator included. */
    public long denied() {
        return denied.sum();
    }

    /** The same authenticator, counted. */
    public Authenticator authenticator(Authenticator authenticator) {
        return credentials -> {
            CompletionStage<Verdict> answer = authenticator.authenticate(credentials);
            // The stage itself is handed on, so that who cancels it reaches the authenticator.
            var unused = answer.whenComplete((verdict, problem) -> {
                if (verdict instanceof Verdict.Allow) {
                    allowed.increment();
                } else if (!(verdict instanceof Verdict.Next)) {
                    denied.increment();
                }
            });
            return answer;
        };
    }

    /** The same mechanism, counted: each exchange that ends, re-authentications included. */
    public Mechanism mechanism(Mechanism mechanism) {
        return client -> new Counted(mechanism.begin(client));
    }

    private final class Counted implements Exchange {
        private final Exchange exchange;

        Counted(Exchange exchange) {
            this.exchange = exchange;
        }

        @Override
        public CompletionStage<Step> take(byte @Nullable [] data) {
            CompletionStage<Step> answer = exchange.take(data);
            var unused = answer.whenComplete((step, problem) -> {
                if (step instanceof Step.Success) {
                    allowed.increment();
                } else if (!(step instanceof Step.Continue)) {
                    denied.increment();
                }
            });
            return answer;
        }

        @Override
        public void cancel() {
            exchange.cancel();
        }
    }
}
