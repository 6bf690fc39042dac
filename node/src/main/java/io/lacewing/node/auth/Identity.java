package io.lacewing.node.auth;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who a client has been found to be: its connection keeps it for as long as it lasts. Immutable.
 *
 * @param userName its user name; null if it is anonymous, also where it gave a name that nobody has checked
 * @param groups the groups, or roles, that it is in
 * @param superuser true if nothing is forbidden to it
 * @param rules what whoever has found out who it is says of what it may do; empty if nothing
 */
public record Identity(@Nullable String userName, Set<String> groups, boolean superuser, List<Rule> rules) {
    /** Of a client that has not said, or not proven, who it is. */
    public static final Identity ANONYMOUS = new Identity(null, Set.of(), false);

    /** Copies the collections. */
    public Identity {
        groups = Set.copyOf(groups);
        rules = List.copyOf(rules);
    }

    /** A client of whose rights nothing is said but by the rules file. */
    public Identity(@Nullable String userName, Set<String> groups, boolean superuser) {
        this(userName, groups, superuser, List.of());
    }

    /** A user without special rights. */
    public static Identity of(String userName, Set<String> groups) {
        return new Identity(userName, groups, false);
    }
}
