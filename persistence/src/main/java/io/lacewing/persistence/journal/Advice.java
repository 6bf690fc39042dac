package io.lacewing.persistence.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** What an operator reads when the disk fails. */
final class Advice {
    private Advice() {}

    static String of(Path dir, IOException e) {
        String reason = String.valueOf(e.getMessage());
        String lower = reason.toLowerCase(Locale.ROOT);
        String todo;
        if (lower.contains("no space") || lower.contains("quota")) {
            todo = "free space or give it a larger volume";
        } else if (lower.contains("read-only")) {
            todo = "the file system is read-only: see the kernel's log, then repair and remount it";
        } else if (e instanceof java.nio.file.AccessDeniedException) {
            todo = "give the node's user the right to write there";
        } else {
            todo = "see the kernel's log and check the disk";
        }
        return "the journal in " + dir + " cannot be written: " + e + "; " + todo
                + ". Nothing is acknowledged until then; it is tried again every second";
    }
}
