package io.lacewing.node.config;

import java.util.List;

/**
 * The HTTP endpoint for health and metrics ({@code http.*}).
 *
 * @param enabled false: there is none
 * @param host the address to bind
 * @param port the port to bind; 0: any free one
 */
public record HttpConfig(boolean enabled, String host, int port) {
    static final Key<Boolean> ENABLED =
            new Key<>("http.enabled", KeyType.bool(), "true", "Whether the node serves health and metrics over HTTP.");
    static final Key<String> HOST =
            new Key<>("http.host", KeyType.host(), "0.0.0.0", "Address to bind. `0.0.0.0`: all of the machine's.");
    static final Key<Integer> PORT = new Key<>("http.port", KeyType.listenPort(), "8080", "Port to bind.");
    static final List<Key<?>> KEYS = List.of(ENABLED, HOST, PORT);

    static HttpConfig from(Settings settings) {
        return new HttpConfig(settings.get(ENABLED), settings.get(HOST), settings.get(PORT));
    }
}
