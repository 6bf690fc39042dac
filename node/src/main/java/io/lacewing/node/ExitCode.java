package io.lacewing.node;

/** What the process's exit codes mean, but for those of signals. */
final class ExitCode {
    static final int OK = 0;
    /** Something failed. */
    static final int FAILURE = 1;
    /** The command line or the configuration must be changed. */
    static final int CONFIGURATION = 2;

    private ExitCode() {}
}
