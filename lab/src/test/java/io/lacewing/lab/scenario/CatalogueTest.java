package io.lacewing.lab.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.lab.nodes.LabException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CatalogueTest {
    private static Scenario scenario(String name) {
        return Catalogue.all().stream()
                .filter(known -> known.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Options options(Map<String, String> given) {
        return new Options(1, 1, 1, Options.Where.LOOPBACK, Path.of("lacewing"), Path.of("dir"), given);
    }

    @Test
    void namesAreUniqueAndParametersHaveNoDot() {
        List<String> names = Catalogue.all().stream().map(Scenario::name).toList();
        assertEquals(names.size(), names.stream().distinct().count());
        Catalogue.all()
                .forEach(scenario -> scenario.parameters()
                        .forEach(parameter -> assertTrue(!parameter.name().contains("."), parameter.name())));
    }

    @Test
    void aKeyWithADotIsForTheNodesAndAnEmptyValueTakesOneAway() {
        Scenario killAll = scenario("kill-all");
        Options options = options(Map.of("persistence.durability", "", "persistence.fsync", "always", "gap", "1"));
        options.check(killAll);
        assertEquals(Map.of("persistence.fsync", "always"), options.settings(killAll));
        assertEquals("1", options.word(killAll, "gap"));
        assertEquals("3", options(Map.of()).word(killAll, "gap"));
    }

    @Test
    void aParameterThatTheScenarioDoesNotHaveIsRefused() {
        Options options = options(Map.of("shape", "2+1"));
        options.check(scenario("split"));
        assertThrows(LabException.class, () -> options.check(scenario("kill-one")));
    }

    @Test
    void whatIsNotUnderstoodOnTheCommandLineIsRefused() {
        for (String[] args : List.of(
                new String[] {"no-such-scenario"},
                new String[] {"kill-one", "--seed"},
                new String[] {"kill-one", "--seed", "x"},
                new String[] {"kill-one", "--set", "rate"},
                new String[] {"kill-one", "--placement", "moon"},
                new String[] {"kill-one", "--whatever", "1"})) {
            assertThrows(LabException.class, () -> Runner.run(args), String.join(" ", args));
        }
    }
}
