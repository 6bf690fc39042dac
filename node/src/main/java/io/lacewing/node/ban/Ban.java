package io.lacewing.node.ban;

import io.lacewing.router.Message;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * One entry of the ban list. Immutable.
 *
 * @param kind what is banned
 * @param value the client id, the user name, or the range of addresses in its one form
 * @param since when it was set, in milliseconds since the epoch
 * @param until when it ends, in milliseconds since the epoch; {@link #FOR_EVER} if it does not
 * @param by who has set it: an operator's name, or the {@link Cause} of an automatic one
 * @param reason for people; may be empty
 * @param cause how it came about
 */
public record Ban(Kind kind, String value, long since, long until, String by, String reason, Cause cause) {
    /** {@link #until} of a ban without end. */
    public static final long FOR_EVER = Message.NEVER;

    /** What a ban names. */
    public enum Kind {
        /** A client id. */
        CLIENT_ID,
        /** A user name. */
        USER,
        /** A range of IP addresses, or a single one. */
        ADDRESS;

        /** As operators write it: {@code client-id}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** How a ban came about. */
    public enum Cause {
        /** An operator wanted it. */
        OPERATOR,
        /** Too many failed authentications from an address. */
        GUESSING,
        /** Too many connects of a client id. */
        FLAPPING;

        /** In small letters. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** True if it has not ended at {@code now}, milliseconds since the epoch. */
    public boolean isInForce(long now) {
        return now < until;
    }

    /**
     * True if it also ends connections that are open. Not so where an address is banned for guessing: who is connected from there
     * has proven who it is, and may share the address with who has guessed.
     */
    public boolean endsConnections() {
        return cause != Cause.GUESSING;
    }

    /** One line for people, without the reason; {@code shown} and {@code setBy} stand for the value and who has set it. */
    public String describe(String shown, String setBy) {
        return kind.word() + " " + shown + ", " + (until == FOR_EVER ? "for ever" : "until " + time(until)) + ", set "
                + time(since) + " by " + setBy;
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
