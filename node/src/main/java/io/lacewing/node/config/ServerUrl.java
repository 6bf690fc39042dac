package io.lacewing.node.config;

import java.net.URI;
import java.util.Set;

/** URLs of servers that the broker believes, or tells passwords: what is on its way there must not be read or changed. */
final class ServerUrl {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private ServerUrl() {}

    /** A URL by https, or by http to this machine. */
    static URI https(Key<String> key, String text, Settings settings) {
        URI url = withHost(key, text, "a URL that begins with https://", settings);
        if (url.getScheme().equals("http") && !isHere(url)) {
            throw settings.refuse(key.name(), "must begin with https:// unless it is on this machine");
        }
        return url;
    }

    /** A URL with a host and without a user. */
    static URI withHost(Key<String> key, String text, String what, Settings settings) {
        URI url;
        try {
            url = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw settings.refuse(key.name(), "must be " + what);
        }
        if (url.getHost() == null || url.getUserInfo() != null) {
            throw settings.refuse(key.name(), "must be a URL with a host, and without a user");
        }
        return url;
    }

    /** True if it is on this machine. */
    static boolean isHere(URI url) {
        return LOOPBACK.contains(url.getHost());
    }
}
