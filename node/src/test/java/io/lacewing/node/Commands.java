package io.lacewing.node;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** Operators' commands, in this process. */
public final class Commands {
    private Commands() {}

    /** What a command says to the node with this data directory and port of HTTP; its errors, too. */
    public static String run(Path data, int http, String... command) {
        List<String> words = new ArrayList<>(List.of(command));
        words.addAll(List.of("--set", "persistence.dir=" + data, "--set", "http.port=" + http));
        StringWriter said = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(said, true));
        line.setErr(new PrintWriter(said, true));
        line.execute(words.toArray(new String[0]));
        return said.toString().strip();
    }
}
