package io.lacewing.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** {@code lacewing passwd}, for tests that need a password file. */
public final class Passwords {
    private Passwords() {}

    /** Gives a user of the file a password. */
    public static void put(Path file, String user, byte[] password) {
        put(file, user, password, "");
    }

    /** Gives a user of the file a password and groups, with a comma between them. */
    public static void put(Path file, String user, byte[] password, String groups) {
        StringWriter said = new StringWriter();
        List<String> args = new ArrayList<>(List.of(file.toString(), user, "--stdin"));
        if (!groups.isEmpty()) {
            args.addAll(List.of("--group", groups));
        }
        assertEquals(0, run(said, password, args.toArray(new String[0])), said::toString);
    }

    /** Adds a line that is wrong. */
    public static void spoil(Path file) throws IOException {
        Files.writeString(file, "eve:secret\n", StandardOpenOption.APPEND);
    }

    /** Runs the command; what it says, on both streams, goes to {@code said}. */
    static int run(StringWriter said, byte[] stdin, String... args) {
        PrintWriter out = new PrintWriter(said, true);
        CommandLine command = Main.reporting(new CommandLine(new PasswdCommand(new ByteArrayInputStream(stdin))));
        command.setOut(out);
        command.setErr(out);
        List<String> all = new ArrayList<>(List.of(args));
        return command.execute(all.toArray(new String[0]));
    }
}
