package io.lacewing.node.http;

/**
 * Who a request is from, as has been proven.
 *
 * @param name of the user, or what stands for whoever can read the data directory
 */
record Caller(String name, AdminRole role) {
    /** Whoever can read the data directory of the node, on its machine. */
    static final Caller COMMAND = new Caller("a command on this machine", AdminRole.ADMINISTER);

    boolean isCommand() {
        return equals(COMMAND);
    }
}
