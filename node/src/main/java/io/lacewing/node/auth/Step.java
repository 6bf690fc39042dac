package io.lacewing.node.auth;

import org.jspecify.annotations.Nullable;

/** What an {@link Exchange} answers to what the client sent. Data has at most 65,535 bytes, as MQTT's binary data has. */
public sealed interface Step {

    /** The most bytes of authentication data (1.5.6). */
    int MAX_DATA = 65_535;

    /**
     * The client has to say more: it gets an AUTH with 0x18 [MQTT-4.12.0-2].
     *
     * @param data null to send none
     */
    record Continue(byte @Nullable [] data) implements Step {
        /** Refuses data that no packet can carry. */
        public Continue(byte @Nullable [] data) {
            check(data);
            this.data = data;
        }
    }

    /**
     * The client is who it says it is.
     *
     * @param data what proves the server to the client, in the CONNACK or the last AUTH; null to send none
     * @param identity who that is; null: whom its CONNECT names. A client that authenticates again must be the same user
     */
    record Success(byte @Nullable [] data, @Nullable Identity identity) implements Step {
        /** Refuses data that no packet can carry. */
        public Success {
            check(data);
        }

        /** The client is whom its CONNECT names. */
        public Success(byte @Nullable [] data) {
            this(data, null);
        }
    }

    /**
     * The client is not authenticated: its connection is closed [MQTT-4.12.0-4, MQTT-4.12.1-2].
     *
     * @param denial what the client is told
     * @param why for people: it goes to the client as reason string and to the log, so it should not help to guess
     */
    record Failure(Denial denial, String why) implements Step {}

    private static void check(byte @Nullable [] data) {
        if (data != null && data.length > MAX_DATA) {
            throw new IllegalArgumentException("authentication data of " + data.length + " bytes");
        }
    }
}
