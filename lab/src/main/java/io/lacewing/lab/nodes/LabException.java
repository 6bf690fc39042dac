package io.lacewing.lab.nodes;

/** The lab itself can't do what it should: a command is missing, a node does not start. */
public final class LabException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public LabException(String what) {
        super(what);
    }

    public LabException(String what, Throwable cause) {
        super(what, cause);
    }
}
