package io.lacewing.node.connection;

import io.lacewing.node.mqtt.Endpoint;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Which clients' certificates have been revoked since they were let in. The handshake refuses those that were revoked before.
 * Thread-safe.
 */
public final class Revocations {
    private final Map<String, Predicate<List<X509Certificate>>> byListener = new ConcurrentHashMap<>();
    private final AtomicLong version = new AtomicLong();

    Revocations() {}

    /**
     * A listener's lists are others now: those of its clients that they have are disconnected.
     *
     * @param revoked true of a chain of certificates of which one is revoked; asked on event loops, and answers at once
     */
    public void changed(String listener, Predicate<List<X509Certificate>> revoked) {
        byListener.put(listener, revoked);
        version.incrementAndGet();
    }

    /** Another one after each change. */
    long version() {
        return version.get();
    }

    /** True if the client has shown a certificate that has been revoked. */
    boolean isRevoked(Endpoint endpoint) {
        if (byListener.isEmpty()) {
            return false;
        }
        Predicate<List<X509Certificate>> revoked = byListener.get(endpoint.listener());
        return revoked != null && revoked.test(endpoint.peerCertificates());
    }
}
