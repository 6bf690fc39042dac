package io.lacewing.node.tls;

/** How the configuration calls the files of one place that speaks TLS, for messages. */
public sealed interface TlsNames {
    /** The key of a certificate, counted from 0. */
    String cert(int certificate);

    /** The key of a certificate's private key. */
    String key(int certificate);

    /** The key of the authorities that the other side's certificate must be from. */
    String authorities();

    /** The key of a file with lists of revoked certificates, counted from 0; for places that can have some. */
    default String crl(int file) {
        throw new IllegalStateException("no list " + file + " of revoked certificates can be configured here");
    }

    /**
     * A listener.
     *
     * @param section of the configuration, as {@code listeners.2}
     */
    record Listener(String section) implements TlsNames {
        @Override
        public String cert(int certificate) {
            return section + ".tls.certificates." + certificate + ".cert";
        }

        @Override
        public String key(int certificate) {
            return section + ".tls.certificates." + certificate + ".key";
        }

        @Override
        public String authorities() {
            return section + ".tls.clientCa";
        }

        @Override
        public String crl(int file) {
            return section + ".tls.crl." + file;
        }
    }

    /** The messages between nodes. */
    record Nodes() implements TlsNames {
        @Override
        public String cert(int certificate) {
            return "cluster.tls.cert";
        }

        @Override
        public String key(int certificate) {
            return "cluster.tls.key";
        }

        @Override
        public String authorities() {
            return "cluster.tls.ca";
        }
    }

    /** The HTTP port. */
    record Http() implements TlsNames {
        @Override
        public String cert(int certificate) {
            return "http.tls.cert";
        }

        @Override
        public String key(int certificate) {
            return "http.tls.key";
        }

        @Override
        public String authorities() {
            return "http.tls.clientCa";
        }
    }
}
