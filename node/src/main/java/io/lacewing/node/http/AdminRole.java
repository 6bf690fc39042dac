package io.lacewing.node.http;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a user of the HTTP port may do. Each role includes those before it. */
public enum AdminRole {
    /** Read health with what is waited for, metrics and the node's status. */
    READ,
    /** Give the node orders. */
    OPERATE,
    /** Change who the users are. */
    ADMINISTER;

    /** What values are there, for messages. */
    public static final String ALLOWED = "read, operate or administer";

    /** As it is written in files and requests. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The role that is written so; null if there is none. */
    public static @Nullable AdminRole named(String word) {
        for (AdminRole role : values()) {
            if (role.word().equals(word)) {
                return role;
            }
        }
        return null;
    }

    /** True if who has this role may do what {@code needed} is for. */
    boolean covers(AdminRole needed) {
        return compareTo(needed) >= 0;
    }

    /**
     * The highest of the roles that a file gives.
     *
     * @throws IllegalArgumentException if it gives none, or a word is no role
     */
    static AdminRole highest(Set<String> words) {
        AdminRole highest = null;
        for (String word : words) {
            AdminRole role = named(word);
            if (role == null) {
                throw new IllegalArgumentException("has the role '" + word + "', which must be " + ALLOWED);
            }
            highest = highest == null || role.covers(highest) ? role : highest;
        }
        if (highest == null) {
            throw new IllegalArgumentException("has no role; it must be " + ALLOWED + ", behind the hash and a ':'");
        }
        return highest;
    }
}
