package io.lacewing.conformance.suite;

import java.util.List;

/** How a trial ended. */
public sealed interface Outcome {
    /** The trial that ended. */
    Trial trial();

    /** The broker does what the case asks for. */
    record Passed(Trial trial) implements Outcome {}

    /** It does not; {@code transcript} is what went over the wire, a packet per line. */
    record Failed(Trial trial, String why, List<String> transcript) implements Outcome {}

    /** It could not be tried. */
    record Skipped(Trial trial, String why) implements Outcome {}
}
