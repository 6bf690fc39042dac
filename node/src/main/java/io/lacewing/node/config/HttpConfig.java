package io.lacewing.node.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP endpoint for health, metrics and operators ({@code http.*}).
 *
 * @param enabled false: there is none
 * @param host the address to bind
 * @param port the port to bind; 0: any free one
 * @param health who may ask for health
 * @param metrics who may read metrics
 * @param users the file of users; null: the one in the data directory
 * @param tls null if it speaks HTTP without TLS
 */
public record HttpConfig(
        boolean enabled,
        String host,
        int port,
        HttpAccess health,
        HttpAccess metrics,
        @Nullable Path users,
        @Nullable HttpTlsConfig tls) {
    static final Key<Boolean> ENABLED =
            new Key<>("http.enabled", KeyType.bool(), "true", "Whether the node serves health and metrics over HTTP.");
    static final Key<String> HOST =
            new Key<>("http.host", KeyType.host(), "0.0.0.0", "Address to bind. `0.0.0.0`: all of the machine's.");
    static final Key<Integer> PORT = new Key<>("http.port", KeyType.listenPort(), "8080", "Port to bind.");
    static final Key<HttpAccess> HEALTH = new Key<>(
            "http.health",
            KeyType.choice(HttpAccess.class),
            "open",
            "Who may ask `/health/live` and `/health/ready`. `open`: everybody; `loopback`: whoever is on this machine, and"
                    + " users with the role `read`; `users`: these alone. What a node waits for that is not ready is told only"
                    + " to this machine and to users.");
    static final Key<HttpAccess> METRICS = new Key<>(
            "http.metrics", KeyType.choice(HttpAccess.class), "loopback", "Who may read `/metrics`: as `http.health`.");
    static final Key<Path> USERS = new Key<>(
            "http.users",
            KeyType.path(),
            null,
            "File of users, hashes of their passwords and their roles, written by `lacewing passwd --role`; read again when"
                    + " it changes. Default: `http.users` in `persistence.dir`, made at the first start with the user `admin`"
                    + " whose password is in `http.first-password` beside it, unless `http.host` is of this machine alone."
                    + " [Security](security.md#the-http-port) tells more.");
    static final List<Key<?>> KEYS = List.of(ENABLED, HOST, PORT, HEALTH, METRICS, USERS);

    /** True if no other machine reaches the port. */
    public boolean isOfThisMachine() {
        return host.equalsIgnoreCase("localhost") || host.startsWith("127.") || host.equals("::1");
    }

    /** The same on another port. */
    HttpConfig withPort(int other) {
        return new HttpConfig(enabled, host, other, health, metrics, users, tls);
    }

    static HttpConfig from(Settings settings) {
        return new HttpConfig(
                settings.get(ENABLED),
                settings.get(HOST),
                settings.get(PORT),
                settings.get(HEALTH),
                settings.get(METRICS),
                settings.find(USERS),
                HttpTlsConfig.from(settings));
    }
}
