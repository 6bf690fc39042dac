package io.lacewing.conformance.wire;

/** The broker sent what the standard does not allow. */
public final class MalformedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public MalformedException(String what) {
        super(what);
    }
}
