package io.lacewing.node.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the certificate for a client by the host that it names (RFC 6066, 3): one that is for that name, else one with a
 * matching {@code *}, else the first. Several for the same names may differ in the type of their key: then the client's
 * preference decides. Immutable.
 *
 * <p>The JDK's own key managers look at names too, but take any certificate, in no order, if none fits.
 */
final class SniKeyManager extends X509ExtendedKeyManager {
    private final List<ServerIdentity> identities;

    SniKeyManager(List<ServerIdentity> identities) {
        this.identities = List.copyOf(identities);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        List<ServerIdentity> candidates = candidates(engine == null ? null : requestedHost(engine));
        for (ServerIdentity candidate : candidates) {
            if (candidate.key().getAlgorithm().equals(keyType)) {
                return Integer.toString(identities.indexOf(candidate));
            }
        }
        return null;
    }

    private static @Nullable String requestedHost(SSLEngine engine) {
        if (engine.getHandshakeSession() instanceof ExtendedSSLSession session) {
            for (SNIServerName name : session.getRequestedServerNames()) {
                if (name instanceof SNIHostName host) {
                    return host.getAsciiName().toLowerCase(Locale.ROOT);
                }
            }
        }
        return null;
    }

    /** Those that may be shown to a client that names {@code host}, at least one. */
    List<ServerIdentity> candidates(@Nullable String host) {
        List<ServerIdentity> candidates = host == null ? List.of() : named(host);
        if (candidates.isEmpty() && host != null && host.indexOf('.') > 0) {
            candidates = named("*" + host.substring(host.indexOf('.')));
        }
        if (candidates.isEmpty()) {
            ServerIdentity first = identities.getFirst();
            candidates = identities.stream()
                    .filter(identity ->
                            identity.equals(first) || identity.hosts().equals(first.hosts()))
                    .toList();
        }
        return candidates;
    }

    private List<ServerIdentity> named(String host) {
        return identities.stream()
                .filter(identity -> identity.hosts().contains(host))
                .toList();
    }

    private @Nullable ServerIdentity identity(@Nullable String alias) {
        for (int i = 0; i < identities.size(); i++) {
            if (Integer.toString(i).equals(alias)) {
                return identities.get(i);
            }
        }
        return null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(@Nullable String alias) {
        ServerIdentity identity = identity(alias);
        return identity == null ? null : identity.chain().toArray(new X509Certificate[0]);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(@Nullable String alias) {
        ServerIdentity identity = identity(alias);
        return identity == null ? null : identity.key();
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
