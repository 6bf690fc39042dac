package io.lacewing.lab.history;

/** Something that must not be. */
public record Finding(Kind kind, String who, String what) {
    /** What is wrong, in the terms of the promises. */
    public enum Kind {
        LOST("acknowledged, and never delivered"),
        TWICE("delivered twice at QoS 2"),
        ORDER("delivered after a later one"),
        VANISHED("a session that was acknowledged is gone"),
        RESURRECTED("a session that had ended is there"),
        STALE_RETAINED("retained messages that are not the newest acknowledged"),
        INVENTED("delivered though nobody published it so"),
        PROTOCOL("not as MQTT has it"),
        UNREACHABLE("a session that could not be connected to at the end"),
        UNANSWERED("publishes that nobody ever answered"),
        HEALTH("health said something else"),
        BOUND("came near a bound: what is LOST may be what was dropped by it, and counted"),
        SCENARIO("did not go as the scenario has it");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /** For people. */
        public String words() {
            return words;
        }
    }

    @Override
    public String toString() {
        return kind + ": " + who + ": " + what;
    }
}
