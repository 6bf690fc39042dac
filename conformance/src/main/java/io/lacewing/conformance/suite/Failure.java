package io.lacewing.conformance.suite;

/** The broker did not do what a case asks for. */
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Failure(String what) {
        super(what);
    }

    public Failure(String what, Throwable cause) {
        super(what, cause);
    }
}
