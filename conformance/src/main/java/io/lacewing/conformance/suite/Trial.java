package io.lacewing.conformance.suite;

import io.lacewing.conformance.wire.Version;

/** A case in one protocol version. */
public record Trial(Case ofCase, Version version) implements Comparable<Trial> {

    /** As in lists of known failures: "connect.second 5.0". */
    @Override
    public String toString() {
        return ofCase.name() + " " + version;
    }

    @Override
    public int compareTo(Trial other) {
        return toString().compareTo(other.toString());
    }
}
