package io.lacewing.node.auth;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What an {@link Authenticator} says of a client. */
public sealed interface Verdict {

    /**
     * The client is who this says.
     *
     * @param until when what it has proven that by ends, and with it the connection; null: never
     */
    record Allow(Identity identity, @Nullable Instant until) implements Verdict {
        /** For as long as the connection lasts. */
        public Allow(Identity identity) {
            this(identity, null);
        }
    }

    /**
     * The client is refused; nobody else is asked.
     *
     * @param denial what the client is told
     * @param why for people: it goes to the client as reason string and to the log, so it should not help to guess
     */
    record Deny(Denial denial, String why) implements Verdict {}

    /**
     * Somebody else may know the client.
     *
     * @param unanswered true if who says so might know it too, but can't be asked at present. If the client is not let in then, it
     *     is told to come again: nobody knows whether what it gives is wrong
     */
    record Next(boolean unanswered) implements Verdict {
        /** Of who does not know the client. */
        public Next() {
            this(false);
        }
    }

    /** The same words whether the user name or the password is wrong: they must not tell which. */
    Deny WRONG = new Deny(Denial.BAD_USER_NAME_OR_PASSWORD, "user name or password is wrong");
}
