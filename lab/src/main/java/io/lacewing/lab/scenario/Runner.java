package io.lacewing.lab.scenario;

import io.lacewing.lab.history.Verdict;
import io.lacewing.lab.nodes.LabException;
import io.lacewing.lab.nodes.LoopbackPlacement;
import io.lacewing.lab.nodes.NamespacePlacement;
import io.lacewing.lab.nodes.Placement;
import io.lacewing.lab.scenario.Options.Where;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** From a command line to a verdict. */
public final class Runner {
    private Runner() {}

    /** What the command line says. */
    private static final class Arguments {
        private long seed = System.nanoTime() % 1_000_000;
        private int rounds = 1;
        private int seconds = 5;
        private Where where = Where.LOOPBACK;
        private boolean keep;
        private Path launcher = Path.of(System.getProperty("lacewing.launcher", "./lacewing"));
        private Path dir = Path.of(
                System.getProperty("java.io.tmpdir"),
                "lacewing-lab-" + ProcessHandle.current().pid());
        private final Map<String, String> given = new HashMap<>();

        void read(List<String> words) {
            for (int i = 0; i < words.size(); i++) {
                String name = words.get(i);
                if (name.equals("--keep")) {
                    keep = true;
                    continue;
                }
                if (++i == words.size()) {
                    throw new LabException(name + " needs a value, or is unknown; see --help");
                }
                read(name, words.get(i));
            }
        }

        private void read(String name, String value) {
            switch (name) {
                case "--seed" -> seed = number(name, value);
                case "--rounds" -> rounds = number(name, value);
                case "--seconds" -> seconds = number(name, value);
                case "--lacewing" -> launcher = Path.of(value);
                case "--dir" -> dir = Path.of(value);
                case "--placement" -> {
                    where = Arrays.stream(Where.values())
                            .filter(known ->
                                    known.name().toLowerCase(Locale.ROOT).equals(value))
                            .findFirst()
                            .orElseThrow(() -> new LabException(
                                    "--placement must be loopback, netns or switch, not '" + value + "'"));
                }
                case "--set" -> {
                    int equals = value.indexOf('=');
                    if (equals < 1) {
                        throw new LabException("--set needs KEY=VALUE, not '" + value + "'");
                    }
                    given.put(value.substring(0, equals), value.substring(equals + 1));
                }
                default -> throw new LabException("unknown option " + name + "; see --help");
            }
        }

        private static int number(String name, String value) {
            try {
                return Integer.parseInt(value);
            } catch (NumberFormatException e) {
                throw new LabException(name + " needs a whole number, not '" + value + "'", e);
            }
        }

        Options options() {
            return new Options(seed, rounds, seconds, where, launcher.toAbsolutePath(), dir.toAbsolutePath(), given);
        }
    }

    /** Whether the command line asks for network namespaces. */
    public static boolean wantsNamespaces(String[] args) {
        Arguments arguments = new Arguments();
        arguments.read(List.of(args).subList(1, args.length));
        return arguments.where != Where.LOOPBACK;
    }

    /**
     * Runs a scenario.
     *
     * @throws LabException if it can't be run
     */
    public static Verdict run(String[] args) throws InterruptedException {
        Scenario scenario = Catalogue.all().stream()
                .filter(known -> known.name().equals(args[0]))
                .findFirst()
                .orElseThrow(() -> new LabException("there is no scenario '" + args[0] + "'; see --list"));
        Arguments arguments = new Arguments();
        arguments.read(List.of(args).subList(1, args.length));
        Options options = arguments.options();
        options.check(scenario);
        System.out.println(scenario.name() + ", seed " + options.seed() + ", nodes of " + options.launcher() + " with "
                + options.settings(scenario) + ", in " + options.dir());
        try (Placement placement = place(options)) {
            Verdict verdict = Stage.play(scenario, options, placement);
            Files.writeString(options.dir().resolve("verdict"), verdict.all());
            if (verdict.clean() && !arguments.keep) {
                remove(options.dir());
            } else {
                System.out.println("the whole verdict, the nodes' logs and data are kept in " + options.dir());
            }
            return verdict;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Placement place(Options options) {
        if (options.where() == Where.LOOPBACK) {
            return new LoopbackPlacement();
        }
        try {
            return new NamespacePlacement(Files.createDirectories(options.dir()), options.where() == Where.SWITCH);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path dir) {
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
