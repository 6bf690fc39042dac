package io.lacewing.conformance.suite;

import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A connection that asked for a WebSocket: the answer to that, MQTT on it, and its frames one by one. */
public final class WebSocketClient {
    /** The opcodes of frames. */
    public static final int CONTINUATION = 0;

    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int PING = 9;

    private final WebSocketChannel channel;
    private final Client client;
    private final Transcript transcript;

    WebSocketClient(WebSocketChannel channel, Client client, Transcript transcript) {
        this.channel = channel;
        this.client = client;
        this.transcript = transcript;
        transcript.add("ws", "   handshake: status " + channel.status() + ", sub protocol " + protocol());
    }

    /** True if the server took the handshake. */
    public boolean isOpen() {
        return channel.status() == 101;
    }

    /** The sub protocol that the server selected; null for none. */
    public @Nullable String protocol() {
        return channel.header("Sec-WebSocket-Protocol");
    }

    /** MQTT on it: each {@link Client#send} is one binary message. */
    public Client client() {
        return client;
    }

    /** Sends one frame. */
    public WebSocketClient frame(boolean isLast, int opcode, byte[] payload) {
        transcript.add("ws", "-> frame, opcode " + opcode + (isLast ? ", last" : ", not last"));
        transcript.sent("ws", payload);
        try {
            channel.frame(isLast, opcode, payload);
        } catch (IOException e) {
            // The broker has closed; what it did is judged by what can be read.
            transcript.add("ws", "   could not be sent: " + e.getMessage());
        }
        return this;
    }

    /** A pong with this payload comes, before any packet. */
    public void expectPong(byte[] payload) {
        try {
            byte[] got = channel.pong();
            if (!Arrays.equals(payload, got)) {
                throw new Failure("a pong should hold what the ping held, not "
                        + HexFormat.of().formatHex(got));
            }
        } catch (IOException e) {
            throw new Failure("a pong should come: " + e.getMessage(), e);
        }
    }
}
