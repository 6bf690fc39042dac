package io.lacewing.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The options of a command: {@code --name value}, each with a default; and {@code --set key=value} for the nodes. */
final class Options {
    private static final String SET = "set";

    private final List<Option> known;
    private final Map<String, String> given = new HashMap<>();
    private final List<String> settings = new ArrayList<>();

    /**
     * One of them.
     *
     * @param usual its value where it is not given: a number, if it takes one; else a word, which may be empty
     * @param what it means
     */
    record Option(String name, String usual, String what) {
        Option(String name, int usual, String what) {
            this(name, Integer.toString(usual), what);
        }

        boolean isNumber() {
            return usual.matches("\\d+");
        }
    }

    /** The command line can't be understood. */
    static final class Misuse extends Exception {
        private static final long serialVersionUID = 1;

        private final String what;

        Misuse(String what) {
            super(what);
            this.what = what;
        }

        /** What to change. */
        String what() {
            return what;
        }
    }

    /**
     * Reads the arguments from {@code from} on.
     *
     * @throws Misuse if one is not known or has no value that it can have
     */
    Options(List<Option> known, List<String> arguments) throws Misuse {
        this.known = known;
        for (int i = 0; i < arguments.size(); i += 2) {
            String argument = arguments.get(i);
            if (!argument.startsWith("--")) {
                throw new Misuse(argument + " is no option; options are --name value");
            }
            if (i + 1 == arguments.size()) {
                throw new Misuse(argument + " needs a value");
            }
            take(argument.substring(2), arguments.get(i + 1));
        }
    }

    private void take(String name, String value) throws Misuse {
        if (name.equals(SET)) {
            if (!value.contains("=")) {
                throw new Misuse("--set " + value + ": must be key=value");
            }
            settings.add(value);
            return;
        }
        Option option = known.stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new Misuse("there is no option --" + name + "; --help names all"));
        if (option.isNumber() && !value.matches("\\d{1,9}")) {
            throw new Misuse("--" + name + " " + value + ": must be a whole number of up to nine digits");
        }
        given.put(name, value);
    }

    /** A number. */
    int number(String name) {
        return Integer.parseInt(word(name));
    }

    String word(String name) {
        return given.getOrDefault(name, usual(name));
    }

    private String usual(String name) {
        return known.stream()
                .filter(option -> option.name().equals(name))
                .findFirst()
                .orElseThrow()
                .usual();
    }

    /** Settings of the nodes, {@code key=value}. */
    List<String> settings() {
        return List.copyOf(settings);
    }

    /** A line for each, for people. */
    static String help(List<Option> known) {
        return known.stream()
                .map(option -> String.format(
                        "  --%-12s %s%s%n",
                        option.name(), option.what(), option.usual().isEmpty() ? "" : " [" + option.usual() + "]"))
                .collect(Collectors.joining());
    }
}
