package io.lacewing.node.files;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Arrays;

/** Files that are read once, whole: secrets, keys, authorities. All block. */
public final class SmallFile {
    private static final int MAX_BYTES = 1 << 20;

    private SmallFile() {}

    /**
     * The content.
     *
     * @throws FileException if it can't be read or has more than 1 MiB
     */
    public static byte[] read(Path file) throws FileException {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(MAX_BYTES + 1);
        } catch (IOException e) {
            throw new FileException(file + ": can't be read: " + reason(file, e), e);
        }
        if (content.length > MAX_BYTES) {
            throw new FileException(file + ": is longer than " + MAX_BYTES + " bytes");
        }
        return content;
    }

    private static String reason(Path file, IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> "there is no such file";
            case AccessDeniedException denied -> "access denied; let the user that runs the node read it";
            default -> Files.isDirectory(file) ? "it is a directory" : String.valueOf(e.getMessage());
        };
    }

    /**
     * The content without a line end at its end: editors and shells put one there that is not part of the secret.
     *
     * @throws FileException if it can't be read or is empty
     */
    public static byte[] secret(Path file) throws FileException {
        byte[] secret = withoutLineEnd(read(file));
        if (secret.length == 0) {
            throw new FileException(file + ": is empty; it must hold a secret");
        }
        return secret;
    }

    /** Without one line end at the end. */
    public static byte[] withoutLineEnd(byte[] content) {
        int end = content.length;
        if (end > 0 && content[end - 1] == '\n') {
            end--;
            if (end > 0 && content[end - 1] == '\r') {
                end--;
            }
        }
        return Arrays.copyOf(content, end);
    }

    /**
     * A PEM file with certificates, as it is.
     *
     * @throws FileException if it can't be read or holds none
     */
    public static byte[] authorities(Path file) throws FileException {
        byte[] content = read(file);
        try {
            if (!CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(content))
                    .isEmpty()) {
                return content;
            }
        } catch (CertificateException e) {
            throw new FileException(file + ": its certificates are damaged", e);
        }
        throw new FileException(file + ": holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)");
    }
}
