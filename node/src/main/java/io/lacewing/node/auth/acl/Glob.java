package io.lacewing.node.auth.acl;

import org.jspecify.annotations.Nullable;

/** A name, in which each {@code *} stands for any characters, or none. Immutable. */
record Glob(String text) {

    /** True if the name fits; no name fits nothing. */
    boolean matches(@Nullable String name) {
        if (name == null) {
            return false;
        }
        int at = 0;
        int star = -1;
        int resume = 0;
        int i = 0;
        while (i < name.length()) {
            if (at < text.length() && text.charAt(at) == '*') {
                star = at++;
                resume = i;
            } else if (at < text.length() && text.charAt(at) == name.charAt(i)) {
                at++;
                i++;
            } else if (star >= 0) {
                // The last star takes one more.
                at = star + 1;
                i = ++resume;
            } else {
                return false;
            }
        }
        while (at < text.length() && text.charAt(at) == '*') {
            at++;
        }
        return at == text.length();
    }
}
