package io.lacewing.node.tls;

import io.lacewing.node.config.TlsConfig;
import io.lacewing.node.files.Settling;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files of one listener, or of the event bus, as they were read.
 *
 * @param config that names them
 * @param names of the keys that name them
 * @param certificates in the order of the configuration
 * @param keys of the certificates
 * @param clientCa null if none is configured
 * @param crl lists of revoked certificates
 */
record TlsFiles(
        TlsConfig config,
        TlsNames names,
        List<PemFile> certificates,
        List<PemFile> keys,
        @Nullable PemFile clientCa,
        List<PemFile> crl) {

    static TlsFiles read(TlsConfig config, TlsNames names) throws TlsException {
        List<PemFile> certificates = new ArrayList<>();
        List<PemFile> keys = new ArrayList<>();
        for (int i = 0; i < config.certificates().size(); i++) {
            TlsConfig.Certificate pair = config.certificates().get(i);
            certificates.add(PemFile.read(names.cert(i), pair.cert()));
            keys.add(PemFile.read(names.key(i), pair.key()));
        }
        List<PemFile> crl = new ArrayList<>();
        for (int i = 0; i < config.crl().size(); i++) {
            crl.add(PemFile.readLists(names.crl(i), config.crl().get(i)));
        }
        Path clientCa = config.clientCa();
        return new TlsFiles(
                config,
                names,
                List.copyOf(certificates),
                List.copyOf(keys),
                clientCa == null ? null : PemFile.read(names.authorities(), clientCa),
                List.copyOf(crl));
    }

    /** Equal for files with the same content, whatever their paths lead to, and only for these. */
    String fingerprint() {
        MessageDigest digest = Settling.digest();
        certificates.forEach(file -> add(digest, file));
        keys.forEach(file -> add(digest, file));
        if (clientCa != null) {
            add(digest, clientCa);
        }
        crl.forEach(file -> add(digest, file));
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void add(MessageDigest digest, PemFile file) {
        digest.update(Integer.toString(file.bytes().length).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        digest.update((byte) ':');
        digest.update(file.bytes());
    }
}
