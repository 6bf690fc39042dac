package io.lacewing.node;

import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why an address can't be bound, in words, and which of its parts to change.
 *
 * @param reason the system's words, without those of the library between
 * @param key the name of the part to change: host or port
 * @param cause what was thrown
 */
record BindFailure(String reason, String key, Throwable cause) {
    /** Netty's native transport says {@code bind(..) failed with error(-98): Address already in use}. */
    private static final Pattern NATIVE = Pattern.compile("[a-z]+\\(\\.\\.\\) failed with error\\(-?[0-9]+\\): (.*)");

    static BindFailure of(Throwable cause) {
        String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        Matcher matcher = NATIVE.matcher(message);
        String group = matcher.matches() ? matcher.group(1) : message;
        String reason = group == null ? message : group.strip();
        boolean host = cause instanceof UnknownHostException || reason.startsWith("Cannot assign");
        return new BindFailure(reason, host ? "host" : "port", cause);
    }

    StartException explain(String address, String section) {
        return StartException.taken(address + " can't be bound: " + reason + "; change " + section + "." + key, cause);
    }
}
