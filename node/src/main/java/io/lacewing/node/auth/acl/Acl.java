package io.lacewing.node.auth.acl;

import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.Rule;
import java.util.ArrayList;
import java.util.List;

/**
 * What a rules file says. Immutable.
 *
 * @param first rules that come before all others
 * @param assignments the rules of roles, and who has them
 */
record Acl(List<ForSome> first, List<ForSome> assignments) {

    /** Rules, and which clients they are for. */
    record ForSome(Who who, List<Rule> rules) {}

    /** Copies the lists. */
    Acl {
        first = List.copyOf(first);
        assignments = List.copyOf(assignments);
    }

    /** The rules of a client in their order: the first of the file, then its own, then those of its roles. */
    List<Rule> rules(Identity identity, ClientDetails client) {
        List<Rule> rules = new ArrayList<>();
        add(first, identity, client, rules);
        rules.addAll(identity.rules());
        add(assignments, identity, client, rules);
        return rules;
    }

    private static void add(List<ForSome> from, Identity identity, ClientDetails client, List<Rule> to) {
        for (ForSome some : from) {
            if (some.who.matches(identity, client)) {
                to.addAll(some.rules);
            }
        }
    }

    /** How many rules it has; those of a role once for each who has it. */
    int size() {
        return count(first) + count(assignments);
    }

    private static int count(List<ForSome> some) {
        return some.stream().mapToInt(each -> each.rules.size()).sum();
    }
}
