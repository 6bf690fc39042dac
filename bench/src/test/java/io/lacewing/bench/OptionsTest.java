package io.lacewing.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {
    private static final List<Options.Option> KNOWN =
            List.of(new Options.Option("rounds", 5, "how often"), new Options.Option("heap", "", "the heap"));

    @Test
    void whatIsNotGivenHasItsDefault() throws Options.Misuse {
        Options options = new Options(KNOWN, List.of("--heap", "1g"));
        assertEquals(5, options.number("rounds"));
        assertEquals("1g", options.word("heap"));
    }

    @Test
    void settingsOfNodesMayBeRepeated() throws Options.Misuse {
        Options options = new Options(KNOWN, List.of("--set", "a.b=1", "--rounds", "2", "--set", "c.d=x=y"));
        assertEquals(List.of("a.b=1", "c.d=x=y"), options.settings());
        assertEquals(2, options.number("rounds"));
    }

    @Test
    void saysWhatIsWrong() {
        assertMisuse("--round", "--round", "2");
        assertMisuse("--rounds", "--rounds");
        assertMisuse("--rounds two", "--rounds", "two");
        assertMisuse("rounds=2", "rounds=2", "x");
        assertMisuse("--set a.b", "--set", "a.b");
    }

    private static void assertMisuse(String named, String... arguments) {
        Options.Misuse misuse = assertThrows(Options.Misuse.class, () -> new Options(KNOWN, List.of(arguments)));
        assertTrue(misuse.what().contains(named), misuse.what());
    }

    @Test
    void helpNamesEachWithItsDefault() {
        List<String> lines = Options.help(KNOWN).lines().toList();
        assertTrue(lines.get(0).matches(" *--rounds +how often \\[5]"), lines.get(0));
        assertTrue(lines.get(1).matches(" *--heap +the heap"), lines.get(1));
    }
}
