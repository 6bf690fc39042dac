package io.lacewing.lab.scenario;

import io.lacewing.lab.nodes.LabException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a scenario is run.
 *
 * @param rounds how often what it does is done
 * @param seconds of load before, between and after faults, about
 * @param where the hosts are
 * @param launcher the product's {@code lacewing}
 * @param dir for data directories and logs
 * @param given all of {@code --set}: with a dot in the key it is for the nodes, else a parameter of the scenario
 */
public record Options(
        long seed, int rounds, int seconds, Where where, Path launcher, Path dir, Map<String, String> given) {

    /** Where hosts may be. */
    enum Where {
        LOOPBACK,
        NETNS,
        SWITCH
    }

    /** What the nodes are given beside what the lab itself decides; a value that is empty takes a key away. */
    Map<String, String> settings(Scenario scenario) {
        Map<String, String> settings = new TreeMap<>(scenario.settings());
        given.forEach((key, value) -> {
            if (key.contains(".")) {
                settings.put(key, value);
            }
        });
        settings.values().removeIf(String::isEmpty);
        return settings;
    }

    /**
     * A parameter as it was given, or its default.
     *
     * @throws LabException if the scenario has none of this name
     */
    String word(Scenario scenario, String name) {
        String usual = scenario.parameters().stream()
                .filter(parameter -> parameter.name().equals(name))
                .map(Scenario.Parameter::usual)
                .findFirst()
                .orElseThrow(() -> new LabException("scenario " + scenario.name() + " has no parameter " + name));
        return given.getOrDefault(name, usual);
    }

    /** Refuses parameters that the scenario does not have. */
    void check(Scenario scenario) {
        given.keySet().stream().filter(key -> !key.contains(".")).forEach(key -> word(scenario, key));
    }
}
