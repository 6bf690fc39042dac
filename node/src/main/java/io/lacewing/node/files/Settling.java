package io.lacewing.node.files;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * When what is in files that are looked at again and again is to be taken: when two looks in a row have found the same, so
 * that nothing is taken while somebody writes it; and what could not be used once, not again before it has been otherwise.
 * Knows only what stands for the content: a digest of it, or the complaint that it can't be read. Used by one thread.
 */
public final class Settling {

    /** What a look has come to. */
    public enum Look {
        /** There is nothing to do. */
        NOTHING,
        /** This is to be taken: {@link Settling#taken} or {@link Settling#refused} is to be called. */
        CHANGED,
        /** After something that was refused, it is again what was taken last. */
        BACK
    }

    private String taken;
    private String seen;
    private String refused = "";

    /** Begins with what is in use. */
    public Settling(String taken) {
        this.taken = taken;
        this.seen = taken;
    }

    /** Something was found: what is to be done. */
    public Look look(String found) {
        boolean settled = found.equals(seen);
        seen = found;
        if (!settled || found.equals(refused)) {
            return Look.NOTHING;
        }
        if (!found.equals(taken)) {
            return Look.CHANGED;
        }
        if (refused.isEmpty()) {
            return Look.NOTHING;
        }
        refused = "";
        return Look.BACK;
    }

    /** What was found last is in use. */
    public void taken() {
        taken = seen;
        refused = "";
    }

    /** What was found last can't be used. */
    public void refused() {
        refused = seen;
    }

    /** A SHA-256 to begin a digest with. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** What stands for this content. */
    public static String digest(byte[] content) {
        return HexFormat.of().formatHex(digest().digest(content));
    }
}
