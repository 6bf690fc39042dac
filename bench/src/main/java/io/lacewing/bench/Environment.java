package io.lacewing.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Locale;

/**
 * What a measurement is run with.
 *
 * @param launcher the project's {@code lacewing} script
 * @param workplace for its nodes
 */
record Environment(Path launcher, Workplace workplace, Options options) {
    private static final String HEAP = "heap";
    static final String DIR = "dir";

    static Options.Option heap(String usual) {
        return new Options.Option(HEAP, usual, "the maximum heap of a node, as 1g; empty: what the launcher gives");
    }

    static Options.Option dir() {
        return new Options.Option(
                DIR, System.getProperty("java.io.tmpdir"), "where the nodes' data is, for the time of the run");
    }

    String maxHeap() {
        return options.word(HEAP);
    }

    int number(String option) {
        return options.number(option);
    }

    /** Where and when: without that, a figure says little. */
    String place() throws IOException {
        return LocalDate.now(ZoneId.systemDefault()) + ", "
                + Runtime.getRuntime().availableProcessors() + " processors, data on "
                + Files.getFileStore(workplace.dir()).type() + ", load "
                + String.format(
                        Locale.ROOT,
                        "%.1f",
                        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage())
                + " at the beginning";
    }

    /** What is done at the moment, for who waits. */
    void progress(String what) {
        System.err.println("bench: " + what);
    }

    void print(Object text) {
        System.out.println(text);
    }
}
