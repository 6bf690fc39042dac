package io.lacewing.node.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A PEM file as it was read (RFC 7468): text with blocks between BEGIN and END lines. What is outside of blocks is comment.
 * Lists of revoked certificates may be plain DER instead.
 *
 * @param key the configuration's key that names it
 * @param path where it was
 * @param bytes all of it
 */
record PemFile(String key, Path path, byte[] bytes) {
    /** More than any chain or bundle that is in use. */
    private static final long MAX_BYTES = 4L * 1024 * 1024;

    /** Some hundred thousand entries of a list. It is read again with every look. */
    private static final long MAX_LIST_BYTES = 16L * 1024 * 1024;

    private static final byte DER_SEQUENCE = 0x30;
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    /**
     * What is between a BEGIN and its END.
     *
     * @param label what it says to be
     * @param text what it holds
     */
    private record Block(String label, String text) {}

    /** Reads the file that {@code key} names. */
    static PemFile read(String key, Path path) throws TlsException {
        return read(key, path, MAX_BYTES);
    }

    /** Reads the file with lists of revoked certificates that {@code key} names. */
    static PemFile readLists(String key, Path path) throws TlsException {
        return read(key, path, MAX_LIST_BYTES);
    }

    private static PemFile read(String key, Path path, long max) throws TlsException {
        try {
            if (Files.size(path) > max) {
                throw refuse(key, path, "is longer than " + max + " bytes");
            }
            return new PemFile(key, path, Files.readAllBytes(path));
        } catch (IOException e) {
            throw refuse(key, path, "can't be read: " + reason(path, e));
        }
    }

    private static String reason(Path path, IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> "there is no such file";
            case AccessDeniedException denied -> "access denied";
            default -> Files.isDirectory(path) ? "it is a directory" : String.valueOf(e.getMessage());
        };
    }

    /** The refusal of this file. */
    TlsException refuse(String reason) {
        return refuse(key, path, reason);
    }

    private static TlsException refuse(String key, Path path, String reason) {
        return new TlsException(key + " = " + path + ": " + reason);
    }

    private List<Block> blocks() {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        List<Block> blocks = new ArrayList<>();
        int begin = text.indexOf(BEGIN);
        while (begin >= 0) {
            int label = begin + BEGIN.length();
            int body = text.indexOf(DASHES, label);
            int end = body < 0 ? -1 : text.indexOf(END + text.substring(label, body) + DASHES, body);
            if (end >= 0) {
                blocks.add(new Block(text.substring(label, body), text.substring(body + DASHES.length(), end)));
            }
            begin = text.indexOf(BEGIN, end >= 0 ? end : label);
        }
        return blocks;
    }

    private byte[] decode(Block block) throws TlsException {
        try {
            return Base64.getMimeDecoder().decode(block.text);
        } catch (IllegalArgumentException e) {
            throw refuse("its " + block.label + " is damaged: " + e.getMessage());
        }
    }

    /** The certificates in it, at least one, in their order. */
    List<X509Certificate> certificates() throws TlsException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks()) {
            if (block.label.equals("CERTIFICATE")) {
                try {
                    certificates.add((X509Certificate) CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(decode(block))));
                } catch (CertificateException e) {
                    throw refuse("certificate " + (certificates.size() + 1) + " is damaged: " + e.getMessage());
                }
            }
        }
        if (certificates.isEmpty()) {
            throw refuse("holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)");
        }
        return List.copyOf(certificates);
    }

    /** The lists of revoked certificates in it, at least one, in their order. */
    List<X509CRL> lists() throws TlsException {
        List<byte[]> encoded = new ArrayList<>();
        for (Block block : blocks()) {
            if (block.label.equals("X509 CRL")) {
                encoded.add(decode(block));
            }
        }
        if (encoded.isEmpty() && bytes.length > 0 && bytes[0] == DER_SEQUENCE) {
            encoded.add(bytes);
        }
        if (encoded.isEmpty()) {
            throw refuse("holds no list of revoked certificates, in PEM form (-----BEGIN X509 CRL-----) or DER");
        }
        List<X509CRL> lists = new ArrayList<>();
        for (byte[] list : encoded) {
            try {
                lists.add(
                        (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(list)));
            } catch (CertificateException | CRLException e) {
                throw refuse("list " + (lists.size() + 1) + " is damaged: " + e.getMessage());
            }
        }
        return List.copyOf(lists);
    }

    /**
     * The private key in it.
     *
     * @return its block's label and content
     */
    Encoded privateKey() throws TlsException {
        for (Block block : blocks()) {
            if (block.label.endsWith("PRIVATE KEY")) {
                if (block.label.startsWith("ENCRYPTED") || block.text.contains("ENCRYPTED")) {
                    throw refuse("is encrypted; write it without a password (openssl pkey -in FILE -out FILE),"
                            + " and let only the broker read it");
                }
                return new Encoded(block.label, decode(block));
            }
        }
        throw refuse("holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)");
    }

    /**
     * A key as it stands in a file.
     *
     * @param label {@code PRIVATE KEY} for PKCS#8, or with an algorithm before for an older form
     * @param bytes DER
     */
    record Encoded(String label, byte[] bytes) {}
}
