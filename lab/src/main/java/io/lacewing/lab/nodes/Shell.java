package io.lacewing.lab.nodes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs commands of the system. */
public final class Shell {
    private static final int PATIENCE_SECONDS = 30;

    private Shell() {}

    /** What a command said and how it ended. */
    public record Outcome(int exitCode, String text) {}

    /**
     * Runs a command and waits for its end.
     *
     * @return its output
     * @throws LabException if it can't be run, takes too long or fails
     */
    public static String run(String... command) {
        return run(List.of(command), "");
    }

    /** The same with something on its standard input. */
    public static String run(List<String> command, String input) {
        Outcome outcome = attempt(command, input);
        if (outcome.exitCode() != 0) {
            throw new LabException(String.join(" ", command) + ": exit code " + outcome.exitCode() + ": "
                    + outcome.text().strip());
        }
        return outcome.text();
    }

    /** Runs a command that may fail. */
    public static Outcome attempt(List<String> command, String input) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (var in = process.outputWriter()) {
                in.write(input);
            }
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new LabException(String.join(" ", command) + ": no end after " + PATIENCE_SECONDS + " s");
            }
            return new Outcome(process.exitValue(), text);
        } catch (IOException e) {
            throw new LabException(String.join(" ", command) + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }
}
