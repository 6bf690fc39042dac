package io.lacewing.lab.scenario;

import java.util.List;
import java.util.Map;

/**
 * Something that is done to nodes under load.
 *
 * @param name by which it is run
 * @param what it does, in a line
 * @param parameters what can be set by {@code --set}; their names have no dot
 * @param settings of the nodes that it needs
 * @param play does it, up to the point where all is mended
 */
public record Scenario(String name, String what, List<Parameter> parameters, Map<String, String> settings, Play play) {

    /** A parameter with its default. */
    public record Parameter(String name, String usual, String what) {}

    /** The doing of it. What is wrong goes into the stage's history. */
    public interface Play {
        void run(Stage stage) throws InterruptedException;
    }
}
