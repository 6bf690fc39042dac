package io.lacewing.node.auth.acl;

import io.lacewing.node.files.FileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
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
 * Takes YAML 1.2 apart, and says of what is wrong in which line it is. Only the tree of nodes is used, never YAML's own types:
 * who reads says what a text means, and goes as deep as it knows something to be.
 */
final class Yaml {
    private static final int SHOWN = 64;

    private final Path path;

    /** For a file of this name. */
    Yaml(Path path) {
        this.path = path;
    }

    /** The node of the whole text; null if there is none. */
    @Nullable
    Node read(String text) throws FileException {
        Optional<Node> root;
        try {
            root = new Compose(LoadSettings.builder().build()).composeString(text);
        } catch (MarkedYamlEngineException e) {
            throw new FileException(place(e.getProblemMark()) + ": not valid YAML: " + e.getProblem(), e);
        } catch (YamlEngineException e) {
            String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new FileException(path + ": not valid YAML: " + reason, e);
        }
        return root.filter(node -> !node.getTag().equals(Tag.NULL)).orElse(null);
    }

    /** The fields of a section, by their names; {@code known} are those that there may be, null if any may. */
    Map<String, Node> section(Node node, String what, @Nullable Set<String> known) throws FileException {
        if (!(node instanceof MappingNode mapping)) {
            throw wrong(node, what + ": must be a section with keys of its own");
        }
        Map<String, Node> fields = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw wrong(tuple.getKeyNode(), what + ": its keys must be plain names");
            }
            String name = key.getValue();
            if (known != null && !known.contains(name)) {
                throw wrong(
                        key,
                        what + ": unknown key " + shown(name) + "; there are "
                                + String.join(", ", known.stream().sorted().toList()));
            }
            if (fields.put(name, tuple.getValueNode()) != null) {
                throw wrong(key, what + ": " + name + " is there twice");
            }
        }
        return fields;
    }

    /** The elements of a list. */
    List<Node> list(Node node, String what) throws FileException {
        if (!(node instanceof SequenceNode sequence)) {
            throw wrong(node, what + ": must be a list");
        }
        return sequence.getValue();
    }

    /** A single text. */
    String text(Node node, String what) throws FileException {
        if (!(node instanceof ScalarNode scalar)) {
            throw wrong(node, what + ": must be a single value");
        }
        if (scalar.getTag().equals(Tag.NULL) || scalar.getValue().isEmpty()) {
            throw wrong(node, what + ": has no value; put what begins with '#' or '*' into quotes");
        }
        return scalar.getValue();
    }

    /** Turns a text into what it stands for. */
    interface Reader<T> {
        /**
         * Reads a text.
         *
         * @throws IllegalArgumentException with a message for people that says what is wrong with it
         */
        T read(String text);
    }

    /** One value, or a list of them that is not empty. */
    <T> List<T> values(Node node, String what, Reader<T> reader) throws FileException {
        List<Node> nodes = node instanceof SequenceNode sequence ? sequence.getValue() : List.of(node);
        if (nodes.isEmpty()) {
            throw wrong(node, what + ": is an empty list; name at least one, or remove the key");
        }
        List<T> values = new ArrayList<>(nodes.size());
        for (Node each : nodes) {
            values.add(value(each, what, reader));
        }
        return List.copyOf(values);
    }

    /** One value. */
    <T> T value(Node node, String what, Reader<T> reader) throws FileException {
        String text = text(node, what);
        try {
            return reader.read(text);
        } catch (IllegalArgumentException e) {
            throw wrong(node, what + ": " + shown(text) + ": " + e.getMessage());
        }
    }

    /** Something is wrong at a node. */
    FileException wrong(Node node, String what) {
        return new FileException(place(node.getStartMark()) + ": " + what);
    }

    private String place(Optional<Mark> mark) {
        return mark.map(at -> path + ":" + (at.getLine() + 1)).orElse(path.toString());
    }

    private static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return "'" + (line.length() > SHOWN ? line.substring(0, SHOWN) + "..." : line) + "'";
    }
}
