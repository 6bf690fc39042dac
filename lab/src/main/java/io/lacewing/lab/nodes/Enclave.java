package io.lacewing.lab.nodes;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs this program again within a network namespace of its own, where the clients are. The outer process only waits, and
 * removes all namespaces and processes of the run at the end, however the inner one has ended.
 */
public final class Enclave {
    static final String CLIENTS = "clients";
    private static final String VARIABLE = "LAB_RUN";

    private Enclave() {}

    /** Whether this is the inner process. */
    public static boolean inside() {
        return System.getenv(VARIABLE) != null;
    }

    /** The name of the run that this inner process is of. */
    static String run() {
        String run = System.getenv(VARIABLE);
        if (run == null) {
            throw new LabException("not within a namespace");
        }
        return run;
    }

    /** Runs this program with these arguments in a new namespace; gives its exit code. */
    public static int enter(String mainClass, String[] args) throws InterruptedException {
        if (!Shell.run("id", "-u").strip().equals("0")) {
            throw new LabException("network namespaces need root");
        }
        Namespaces namespaces = Namespaces.ours();
        Thread clean = new Thread(namespaces::close);
        Runtime.getRuntime().addShutdownHook(clean);
        namespaces.add(CLIENTS);
        List<String> command = new ArrayList<>(namespaces.in(CLIENTS));
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        command.addAll(List.of(args));
        try {
            ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
            builder.environment().put(VARIABLE, namespaces.run());
            return builder.start().waitFor();
        } catch (IOException e) {
            throw new LabException("can't run in a namespace: " + e.getMessage(), e);
        }
    }
}
