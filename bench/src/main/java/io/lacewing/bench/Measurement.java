package io.lacewing.bench;

import java.io.IOException;
import java.util.List;

/** One thing that can be measured: a command of {@code bench/run}. */
interface Measurement {
    /** The name of its command. */
    String name();

    /** In a few words. */
    String summary();

    /** What it does and what its figures mean, in a few lines for people. */
    String what();

    List<Options.Option> options();

    /** Measures, and prints its figures. What it starts ends with the environment at the latest. */
    void run(Environment environment) throws IOException;
}
