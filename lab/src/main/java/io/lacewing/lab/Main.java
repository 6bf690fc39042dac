package io.lacewing.lab;

import io.lacewing.lab.history.Verdict;
import io.lacewing.lab.nodes.Enclave;
import io.lacewing.lab.nodes.LabException;
import io.lacewing.lab.scenario.Catalogue;
import io.lacewing.lab.scenario.Runner;
import io.lacewing.lab.scenario.Scenario;

/** The command line: {@code lab/run SCENARIO [options]}. */
public final class Main {
    private static final int CLEAN = 0;
    private static final int FAULTS = 1;
    private static final int CANNOT = 2;

    private Main() {}

    /** Runs one scenario; exit code 0 if the verdict is clean, 1 if not, 2 if the lab could not do it. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    private static int run(String[] args) {
        try {
            if (args.length == 0 || args[0].equals("--list") || args[0].equals("--help")) {
                usage();
                return args.length == 0 ? CANNOT : CLEAN;
            }
            if (Runner.wantsNamespaces(args) && !Enclave.inside()) {
                return Enclave.enter(Main.class.getName(), args);
            }
            Verdict verdict = Runner.run(args);
            System.out.print(verdict.report());
            return verdict.clean() ? CLEAN : FAULTS;
        } catch (LabException e) {
            System.err.println("lab: " + e.getMessage());
            return CANNOT;
        } catch (InterruptedException e) {
            System.err.println("lab: interrupted");
            return CANNOT;
        }
    }

    private static void usage() {
        System.out.println("""
                lab/run SCENARIO [--seed N] [--rounds N] [--seconds N] [--placement loopback|netns|switch]
                                 [--lacewing FILE] [--dir DIR] [--keep] [--set KEY=VALUE ...]

                Runs nodes as processes, breaks them under load, and judges what clients saw. Exit code 0: clean; 1: faults;
                2: could not be run. --set with a dot in its key is a setting of the nodes (an empty value takes it away),
                without one a parameter of the scenario. --lacewing: the launcher of another build. Scenarios:
                """);
        for (Scenario scenario : Catalogue.all()) {
            System.out.printf("  %-18s%s%n", scenario.name(), scenario.what());
            for (Scenario.Parameter parameter : scenario.parameters()) {
                System.out.printf("  %-20s%s=%s: %s%n", "", parameter.name(), parameter.usual(), parameter.what());
            }
        }
    }
}
