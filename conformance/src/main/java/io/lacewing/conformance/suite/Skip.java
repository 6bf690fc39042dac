package io.lacewing.conformance.suite;

/** A case can't be run against this broker, or need not be: not a failure. */
public final class Skip extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Skip(String why) {
        super(why);
    }
}
