package io.lacewing.node.connection;

import java.util.function.Supplier;

/**
 * At most one line per {@link #INTERVAL_NANOS}, and the number of those that were left out with the next: what clients do must
 * not fill the disk. Thread-safe.
 */
final class RareLine {
    static final long INTERVAL_NANOS = 10_000_000_000L;

    /** Characters of what a client has chosen that are shown. */
    private static final int SHOWN = 64;

    private long last = System.nanoTime() - INTERVAL_NANOS;
    private long leftOut;

    /** The line to log; empty if there is to be none. */
    synchronized String line(long now, Supplier<String> text) {
        if (now - last < INTERVAL_NANOS) {
            leftOut++;
            return "";
        }
        String more = leftOut == 0 ? "" : " (and " + leftOut + " more since the last such line)";
        last = now;
        leftOut = 0;
        return text.get() + more;
    }

    /** What a client has chosen, short, and without what would break the line or change what it seems to say. */
    static String shown(String text) {
        StringBuilder shown = new StringBuilder("'");
        int end = text.offsetByCodePoints(0, Math.min(SHOWN, text.codePointCount(0, text.length())));
        text.substring(0, end).codePoints().forEach(point -> {
            int type = Character.getType(point);
            boolean harmless = type != Character.CONTROL
                    && type != Character.FORMAT
                    && type != Character.LINE_SEPARATOR
                    && type != Character.PARAGRAPH_SEPARATOR
                    && point != '\'';
            shown.appendCodePoint(harmless ? point : '?');
        });
        return shown.append(end < text.length() ? "'..." : "'").toString();
    }
}
