package io.lacewing.node.config;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Reads YAML 1.2 into settings. Only the tree of nodes is used, never YAML's own types: each key says what its text
 * means. An unknown name ends the walk, so it goes no deeper than the table of keys, whatever the anchors say.
 */
final class YamlSource {
    private final Function<Optional<Mark>, String> origins;
    private final Settings target;

    /**
     * @param origins names a place, for messages
     * @param target where the settings go
     */
    YamlSource(Function<Optional<Mark>, String> origins, Settings target) {
        this.origins = origins;
        this.target = target;
    }

    /**
     * Reads {@code yaml} as the value of {@code path}; the empty path stands for all.
     *
     * @throws ConfigException if it is no YAML or does not fit the table of keys
     */
    void read(String yaml, String path) {
        Optional<Node> root;
        try {
            root = new Compose(LoadSettings.builder().build()).composeString(yaml);
        } catch (MarkedYamlEngineException e) {
            throw new ConfigException(origins.apply(e.getProblemMark()) + ": not valid YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new ConfigException(origins.apply(Optional.empty()) + ": not valid YAML: " + reason);
        }
        root.ifPresent(node -> visit(node, path));
    }

    private void visit(Node node, String path) {
        Schema.Kind kind = Schema.kind(path);
        if (kind == null) {
            throw Schema.unknown(origin(node), path);
        }
        switch (kind) {
            case KEY -> key(node, path);
            case SECTION -> section(node, path);
            case LIST -> list(node, path);
        }
    }

    private void key(Node node, String path) {
        if (!(node instanceof ScalarNode scalar)) {
            throw wrongForm(node, path, Schema.allowed(path));
        }
        if (scalar.getTag().equals(Tag.NULL)) {
            throw new ConfigException(origin(node) + ": " + path + ": has no value; must be " + Schema.allowed(path));
        }
        target.put(new Setting(path, scalar.getValue(), origin(node)));
    }

    private void section(Node node, String path) {
        target.mention(path);
        if (node.getTag().equals(Tag.NULL)) {
            return; // "limits:" with all its keys commented out
        }
        if (!(node instanceof MappingNode mapping)) {
            throw wrongForm(node, path, "a section with keys of its own");
        }
        Set<String> seen = new HashSet<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode name)) {
                throw wrongForm(tuple.getKeyNode(), path, "a section whose keys are plain names");
            }
            String child = path.isEmpty() ? name.getValue() : path + "." + name.getValue();
            if (name.getValue().contains(".")) {
                throw new ConfigException(origin(name) + ": " + Setting.shown(child)
                        + ": a dotted name is for --set; in YAML write each part below the one before it");
            }
            if (Schema.kind(child) == null) {
                throw Schema.unknown(origin(name), child);
            }
            if (!seen.add(child)) {
                throw new ConfigException(origin(name) + ": " + child + ": is set twice in this section");
            }
            visit(tuple.getValueNode(), child);
        }
    }

    private void list(Node node, String path) {
        if (!(node instanceof SequenceNode sequence)) {
            throw wrongForm(node, path, "a list");
        }
        List<Node> elements = sequence.getValue();
        target.replaceList(path, elements.size());
        for (int i = 0; i < elements.size(); i++) {
            visit(elements.get(i), path + "." + i);
        }
    }

    private ConfigException wrongForm(Node node, String path, String allowed) {
        String found = switch (node) {
            case MappingNode mapping -> "a section";
            case SequenceNode sequence -> "a list";
            case ScalarNode scalar -> Setting.shown(scalar.getValue());
            default -> node.getNodeType().toString();
        };
        String name = path.isEmpty() ? "the file" : path;
        return new ConfigException(origin(node) + ": " + name + " = " + found + ": must be " + allowed);
    }

    private String origin(Node node) {
        return origins.apply(node.getStartMark());
    }
}
