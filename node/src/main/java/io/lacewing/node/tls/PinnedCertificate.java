package io.lacewing.node.tls;

import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts one certificate, by its file, and no other, whatever its names and its authority are: for commands that talk to the node
 * whose file it is. They reach it by an address that its certificate need not name.
 */
public final class PinnedCertificate {
    private PinnedCertificate() {}

    /**
     * For a client of who shows the first certificate of {@code file}. Blocks.
     *
     * @param names of the configuration's keys, for messages
     * @throws TlsException if the file can't be used
     */
    public static SSLContext context(Path file, TlsNames names) throws TlsException {
        PemFile pem = PemFile.read(names.cert(0), file);
        X509Certificate only = pem.certificates().getFirst();
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Pinned(only)}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw pem.refuse("can't be used: " + e.getMessage());
        }
    }

    /** The variants with a socket or an engine look at nothing else: the name does not count. */
    private static final class Pinned extends X509ExtendedTrustManager {
        private final X509Certificate only;

        Pinned(X509Certificate only) {
            this.only = only;
        }

        private void check(X509Certificate[] chain) throws CertificateException {
            if (chain.length == 0 || !only.equals(chain[0])) {
                throw new CertificateException("another certificate than that of the node on this machine");
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("for clients only");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("for clients only");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("for clients only");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
