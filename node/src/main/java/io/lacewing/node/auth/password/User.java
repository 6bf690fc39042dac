package io.lacewing.node.auth.password;

import java.util.Set;

/**
 * A line of a password file.
 *
 * @param name as clients give it, byte for byte
 * @param hash of the password
 * @param groups that the user is in, in the order of the file
 */
record User(String name, PasswordHash hash, Set<String> groups) {

    /** The line, without its end. */
    String line() {
        return name + ":" + hash.text() + (groups.isEmpty() ? "" : ":" + String.join(",", groups));
    }
}
