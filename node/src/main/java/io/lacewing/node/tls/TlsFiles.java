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
 * The files of one listener, as they were read.
 *
 * @param config that names them
 * @param section of the listener
 * @param certificates in the order of the configuration
 * @param keys of the certificates
 * @param clientCa null if none is configured
 */
record TlsFiles(
        TlsConfig config,
        String section,
        List<PemFile> certificates,
        List<PemFile> keys,
        @Nullable PemFile clientCa) {

    static TlsFiles read(TlsConfig config, String section) throws TlsException {
        List<PemFile> certificates = new ArrayList<>();
        List<PemFile> keys = new ArrayList<>();
        for (int i = 0; i < config.certificates().size(); i++) {
            TlsConfig.Certificate pair = config.certificates().get(i);
            String key = section + ".tls.certificates." + i;
            certificates.add(PemFile.read(key + ".cert", pair.cert()));
            keys.add(PemFile.read(key + ".key", pair.key()));
        }
        Path clientCa = config.clientCa();
        return new TlsFiles(
                config,
                section,
                List.copyOf(certificates),
                List.copyOf(keys),
                clientCa == null ? null : PemFile.read(section + ".tls.clientCa", clientCa));
    }

    /** Equal for files with the same content, whatever their paths lead to, and only for these. */
    String fingerprint() {
        MessageDigest digest = Settling.digest();
        certificates.forEach(file -> add(digest, file));
        keys.forEach(file -> add(digest, file));
        if (clientCa != null) {
            add(digest, clientCa);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void add(MessageDigest digest, PemFile file) {
        digest.update(Integer.toString(file.bytes().length).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        digest.update((byte) ':');
        digest.update(file.bytes());
    }
}
