package io.lacewing.conformance.cases;

import io.lacewing.conformance.suite.Failure;

/** What a case asks of what came. */
final class Expect {
    private Expect() {}

    /** {@code actual}, which is the {@code what} of what came, is {@code expected}. */
    static void equal(String what, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            throw new Failure(what + " should be " + shortened(expected) + ", not " + shortened(actual));
        }
    }

    /** {@code holds}; if not, {@code otherwise} says what is wrong. */
    static void that(boolean holds, String otherwise) {
        if (!holds) {
            throw new Failure(otherwise);
        }
    }

    private static String shortened(Object value) {
        String text = "'" + value + "'";
        return text.length() <= 80 ? text : text.substring(0, 80) + "... (" + text.length() + " characters)";
    }
}
