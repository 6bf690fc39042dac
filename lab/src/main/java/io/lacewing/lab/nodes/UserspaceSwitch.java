package io.lacewing.lab.nodes;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The process of {@code switch.py}, between network namespaces: it can delay and lose what goes from one host to another. */
final class UserspaceSwitch implements AutoCloseable {
    private static final String PROGRAM = "switch.py";

    private final Process process;
    private final Writer commands;
    private final BufferedReader answers;

    /** Starts it; its program is written to {@code dir}. */
    UserspaceSwitch(Path dir) {
        try (InputStream program = UserspaceSwitch.class.getResourceAsStream(PROGRAM)) {
            if (program == null) {
                throw new LabException(PROGRAM + " is not among the lab's resources");
            }
            Path file = dir.resolve(PROGRAM);
            Files.write(file, program.readAllBytes());
            this.process = new ProcessBuilder("/usr/bin/python3", file.toString())
                    .redirectError(dir.resolve("switch.log").toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.commands = process.outputWriter();
        this.answers = process.inputReader();
    }

    /** The host gets a device {@code eth0} on the switch. */
    void attach(String namespace, String host) {
        ask("attach " + namespace + " " + host);
    }

    /** What goes from one host to another is late by so many milliseconds and up to so many more, and some of it is lost. */
    void slow(String from, String to, Delay delay) {
        ask(String.format(
                Locale.ROOT,
                "slow %s %s %d %d %f",
                from,
                to,
                delay.millis(),
                delay.jitterMillis(),
                delay.lossPercent()));
    }

    /** Nothing is late or lost any more. */
    void fast() {
        ask("fast");
    }

    private void ask(String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
            if (answers.readLine() == null) {
                throw new LabException("the switch ended at '" + command + "'; see switch.log");
            }
        } catch (IOException e) {
            throw new LabException("the switch has ended: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
