package io.lacewing.node.auth.acl;

import io.lacewing.node.auth.Action;
import io.lacewing.node.auth.Rule;
import io.lacewing.node.auth.TopicPattern;
import io.lacewing.node.auth.acl.Acl.ForSome;
import io.lacewing.node.net.Network;
import io.lacewing.node.files.FileException;
import io.lacewing.router.Qos;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads a rules file strictly: what it does not know is an error, as a rule that nobody understands protects nobody. */
final class AclParser {
    private static final int MAX_RULES = 10_000;
    private static final Pattern ROLE = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Set<String> TOP = Set.of("rules", "roles", "assign");
    private static final Set<String> OF_RULE = Set.of("allow", "deny", "topics", "qos", "retain");
    private static final Set<String> OF_WHO =
            Set.of("users", "groups", "clientIds", "networks", "listeners", "certificates");
    private static final Set<String> OF_FIRST = union(OF_RULE, OF_WHO);
    private static final Set<String> OF_ASSIGN = union(OF_WHO, Set.of("roles"));
    private static final Set<Qos> ANY_QOS = Set.of(Qos.values());

    private final Yaml yaml;
    private final Path path;
    private final Set<String> listeners;
    private int rules;

    AclParser(Path path, Set<String> listeners) {
        this.yaml = new Yaml(path);
        this.path = path;
        this.listeners = listeners;
    }

    private static Set<String> union(Set<String> one, Set<String> two) {
        Set<String> both = new HashSet<>(one);
        both.addAll(two);
        return Set.copyOf(both);
    }

    Acl parse(String text) throws FileException {
        Node root = yaml.read(text);
        if (root == null) {
            throw new FileException(
                    path + ": is empty, so that all would be denied; say so by 'rules: []' if it is meant");
        }
        Map<String, Node> top = yaml.section(root, "the file", TOP);
        List<ForSome> first = new ArrayList<>();
        Node rulesNode = top.get("rules");
        if (rulesNode != null) {
            for (Node node : yaml.list(rulesNode, "rules")) {
                Map<String, Node> fields = yaml.section(node, "rules", OF_FIRST);
                first.add(new ForSome(who(fields, "rules"), List.of(rule(node, fields, "rules"))));
            }
        }
        Map<String, List<Rule>> roles = roles(top.get("roles"));
        return new Acl(first, assignments(top.get("assign"), roles));
    }

    private Map<String, List<Rule>> roles(@Nullable Node section) throws FileException {
        Map<String, List<Rule>> roles = new LinkedHashMap<>();
        if (section == null) {
            return roles;
        }
        for (Map.Entry<String, Node> entry :
                yaml.section(section, "roles", null).entrySet()) {
            String what = "roles." + entry.getKey();
            if (!ROLE.matcher(entry.getKey()).matches()) {
                throw yaml.wrong(
                        entry.getValue(), "roles: the name of a role must be 1 to 64 letters, digits, '.', '_' or '-'");
            }
            List<Rule> ofRole = new ArrayList<>();
            for (Node node : yaml.list(entry.getValue(), what)) {
                ofRole.add(rule(node, yaml.section(node, what, OF_RULE), what));
            }
            roles.put(entry.getKey(), List.copyOf(ofRole));
        }
        return roles;
    }

    private List<ForSome> assignments(@Nullable Node list, Map<String, List<Rule>> roles) throws FileException {
        List<ForSome> assignments = new ArrayList<>();
        if (list == null) {
            return assignments;
        }
        for (Node node : yaml.list(list, "assign")) {
            Map<String, Node> fields = yaml.section(node, "assign", OF_ASSIGN);
            Node names = fields.get("roles");
            if (names == null) {
                throw yaml.wrong(node, "assign: has no roles; name at least one");
            }
            List<Rule> ofAll = new ArrayList<>();
            for (List<Rule> ofRole : yaml.values(names, "assign.roles", name -> role(name, roles))) {
                count(node, ofRole.size());
                ofAll.addAll(ofRole);
            }
            assignments.add(new ForSome(who(fields, "assign"), List.copyOf(ofAll)));
        }
        return assignments;
    }

    private static List<Rule> role(String name, Map<String, List<Rule>> roles) {
        List<Rule> known = roles.get(name);
        if (known == null) {
            throw new IllegalArgumentException("is no role; there are " + new TreeSet<>(roles.keySet()));
        }
        return known;
    }

    private Who who(Map<String, Node> fields, String what) throws FileException {
        return new Who(
                conditions(fields, "users", what, Glob::new),
                conditions(fields, "groups", what, Glob::new),
                conditions(fields, "clientIds", what, Glob::new),
                conditions(fields, "networks", what, Network::of),
                conditions(fields, "listeners", what, this::listener),
                conditions(fields, "certificates", what, Glob::new));
    }

    private <T> List<T> conditions(Map<String, Node> fields, String key, String what, Yaml.Reader<T> reader)
            throws FileException {
        Node node = fields.get(key);
        return node == null ? List.of() : yaml.values(node, what + "." + key, reader);
    }

    private Glob listener(String name) {
        Glob glob = new Glob(name);
        if (listeners.stream().noneMatch(glob::matches)) {
            throw new IllegalArgumentException("is no listener; there are " + new TreeSet<>(listeners));
        }
        return glob;
    }

    private Rule rule(Node node, Map<String, Node> fields, String what) throws FileException {
        count(node, 1);
        Node allow = fields.get("allow");
        Node deny = fields.get("deny");
        Node effect = allow == null ? deny : allow;
        if (effect == null || (allow != null && deny != null)) {
            throw yaml.wrong(node, what + ": must have one of allow and deny");
        }
        Set<Action> actions = yaml.value(effect, what + (allow == null ? ".deny" : ".allow"), Action::named);
        Node topics = fields.get("topics");
        if (topics == null) {
            throw yaml.wrong(node, what + ": has no topics; for all write ['#', '$SYS/#']");
        }
        Node qos = fields.get("qos");
        Node retain = fields.get("retain");
        if (retain != null && !actions.equals(Set.of(Action.PUBLISH))) {
            throw yaml.wrong(retain, what + ".retain: is for rules about publish alone");
        }
        return new Rule(
                allow != null,
                actions,
                yaml.values(topics, what + ".topics", TopicPattern::of),
                qos == null ? ANY_QOS : Set.copyOf(yaml.values(qos, what + ".qos", AclParser::qos)),
                retain == null ? null : yaml.value(retain, what + ".retain", AclParser::flag));
    }

    private void count(Node node, int more) throws FileException {
        rules += more;
        if (rules > MAX_RULES) {
            throw yaml.wrong(node, "more than " + MAX_RULES + " rules, those of a role counted for each who has it");
        }
    }

    private static Qos qos(String text) {
        return switch (text) {
            case "0" -> Qos.AT_MOST_ONCE;
            case "1" -> Qos.AT_LEAST_ONCE;
            case "2" -> Qos.EXACTLY_ONCE;
            default -> throw new IllegalArgumentException("must be 0, 1 or 2");
        };
    }

    private static boolean flag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("must be true or false");
        };
    }
}
