package io.lacewing.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The command line: {@code bench/run MEASUREMENT [options]}. */
public final class Main {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int MISUSED = 2;
    private static final String HELP = "--help";
    private static final List<Measurement> ALL =
            List.of(new Durable(), new Recovery(), new Footprint(), new Authorization(), new Rates());

    private Main() {}

    /** The first argument is the project's launcher, the second what to measure. */
    public static void main(String[] args) {
        System.exit(run(Path.of(args[0]), List.of(args).subList(1, args.length)));
    }

    private static int run(Path launcher, List<String> arguments) {
        if (arguments.isEmpty() || arguments.getFirst().equals(HELP)) {
            (arguments.isEmpty() ? System.err : System.out).print(overview());
            return arguments.isEmpty() ? MISUSED : OK;
        }
        String name = arguments.getFirst();
        Measurement measurement = ALL.stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElse(null);
        if (measurement == null) {
            return misused("there is no measurement " + name + "; --help names all");
        }
        List<String> rest = arguments.subList(1, arguments.size());
        if (rest.contains(HELP)) {
            System.out.print(help(measurement));
            return OK;
        }
        try {
            return measure(launcher, measurement, new Options(measurement.options(), rest));
        } catch (Options.Misuse e) {
            return misused(e.what());
        }
    }

    private static int measure(Path launcher, Measurement measurement, Options options) {
        try (Workplace workplace = new Workplace(Path.of(options.word(Environment.DIR)))) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> cleanUp(workplace)));
            try {
                measurement.run(new Environment(launcher, workplace, options));
                return OK;
            } catch (IOException e) {
                if (!workplace.isClosed()) {
                    throw e;
                }
                // Ctrl-C ended the nodes under it; that is what failed.
                return FAILED;
            }
        } catch (IOException e) {
            System.err.println("bench: " + e.getMessage());
            return FAILED;
        }
    }

    private static void cleanUp(Workplace workplace) {
        try {
            workplace.close();
        } catch (IOException e) {
            System.err.println("bench: " + workplace.dir() + " is left behind: " + e.getMessage());
        }
    }

    private static int misused(String why) {
        System.err.println("bench: " + why);
        return MISUSED;
    }

    private static String overview() {
        StringBuilder text = new StringBuilder("""
                bench/run MEASUREMENT [--help | --OPTION VALUE ...]

                Starts nodes as processes on 127.0.0.1, loads them over their sockets and prints a table. What it has started
                and written is gone when it ends, also by Ctrl-C. Exit code 0: done; 1: it failed; 2: the command line is
                wrong. Measurements:

                """);
        for (Measurement measurement : ALL) {
            text.append("  ")
                    .append(measurement.name())
                    .append(": ")
                    .append(measurement.summary())
                    .append('\n');
        }
        return text.toString();
    }

    private static String help(Measurement measurement) {
        return "bench/run " + measurement.name() + " [--OPTION VALUE ...]\n\n" + measurement.what() + "\n"
                + Options.help(measurement.options())
                + "  --set          a setting of the nodes, as persistence.fsyncInterval=1s; may be repeated\n"
                + "LACEWING_JAVA_OPTS is passed on to the nodes.\n";
    }
}
