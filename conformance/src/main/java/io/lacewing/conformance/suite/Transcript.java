package io.lacewing.conformance.suite;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** What went over the connections of one case, for people to read. Its latest lines only. Safe for several threads. */
final class Transcript {
    private static final int MAX_LINES = 60;
    private static final int MAX_BYTES = 48;

    private final List<String> lines = new ArrayList<>();
    private final long began = System.nanoTime();

    synchronized void add(String connection, String what) {
        if (lines.size() == MAX_LINES) {
            lines.removeFirst();
        }
        long millis = (System.nanoTime() - began) / 1_000_000;
        lines.add("%5d ms  %s %s".formatted(millis, connection, what));
    }

    void sent(String connection, byte[] bytes) {
        int shown = Math.min(bytes.length, MAX_BYTES);
        String hex = HexFormat.of().formatHex(bytes, 0, shown);
        add(connection, "-> " + hex + (shown < bytes.length ? "... (" + bytes.length + " bytes)" : ""));
    }

    synchronized List<String> lines() {
        return List.copyOf(lines);
    }
}
