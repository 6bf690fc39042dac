package io.lacewing.node;

import io.lacewing.node.auth.password.PasswordFileEditor;
import io.lacewing.node.auth.scram.ScramAlgorithm;
import io.lacewing.node.auth.scram.ScramKeys;
import io.lacewing.node.files.FileException;
import io.lacewing.node.http.AdminRole;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lacewing passwd FILE USER}: changes a password file. */
@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        name = "passwd",
        description = {
            "Add a user to a password file (auth.passwordFile, http.users), or give one another password.",
            "The file is made if there is none. Running nodes take the change within seconds."
        })
final class PasswdCommand implements Callable<Integer> {
    /** Bytes of a password in CONNECT (1.5.6). */
    private static final int MAX_PASSWORD = 65_535;

    private final InputStream in;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "FILE", description = "The password file.")
    private Path file = Path.of("");

    @Parameters(index = "1", paramLabel = "USER", description = "The user name.")
    private String user = "";

    @Option(
            names = "--stdin",
            description = "Read the password from standard input, to its end: any bytes. One line end at the end is not"
                    + " part of it. Without this it is asked for.")
    private boolean stdin;

    @Option(names = "--delete", description = "Take the user out of the file.")
    private boolean delete;

    @Option(
            names = "--group",
            paramLabel = "GROUP",
            split = ",",
            description = "Groups of the user, in place of those it had; may be repeated. --group= for none.")
    private @Nullable List<String> groups;

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            description = "Role of the user at the HTTP port, for the file of http.users: read, operate or administer.")
    private @Nullable String role;

    @Option(
            names = "--scram",
            paramLabel = "HASH",
            description =
                    "Keep keys for SCRAM-SHA-256 or SCRAM-SHA-512 in place of a hash by Argon2id: SHA-256 or SHA-512. The user"
                            + " can then log in by SCRAM, and by a password as before.")
    private @Nullable String scram;

    @Option(
            names = "--iterations",
            paramLabel = "N",
            description = "How often SCRAM hashes the password, 4096 to 1000000; ${DEFAULT-VALUE} if not given.",
            defaultValue = "" + ScramKeys.DEFAULT_ITERATIONS)
    private int iterations;

    PasswdCommand() {
        this(System.in);
    }

    PasswdCommand(InputStream in) {
        this.in = in;
    }

    @Override
    public Integer call() throws StartException, IOException {
        if (delete && (stdin || groups != null || scram != null || role != null)) {
            throw StartException.configuration("--delete goes with neither --stdin, --group, --scram nor --role", null);
        }
        checkRole();
        PrintWriter out = spec.commandLine().getOut();
        try {
            PasswordFileEditor editor = PasswordFileEditor.open(file);
            if (delete) {
                if (!editor.remove(user)) {
                    throw StartException.configuration(file + ": has no user '" + user + "'", null);
                }
                editor.save();
                out.println(file + ": user '" + user + "' removed");
            } else {
                String done = editor.has(user) ? "changed" : "added";
                put(editor);
                editor.save();
                out.println(file + ": user '" + user + "' " + done);
            }
        } catch (FileException e) {
            throw StartException.configuration(e.getMessage(), e);
        }
        out.flush();
        return ExitCode.OK;
    }

    /** A role is kept where other files have groups. */
    private void checkRole() throws StartException {
        if (role == null) {
            return;
        }
        if (groups != null) {
            throw StartException.configuration(
                    "--role does not go with --group: users of the HTTP port have a role", null);
        }
        if (AdminRole.named(role) == null) {
            throw StartException.configuration("--role must be " + AdminRole.ALLOWED, null);
        }
        groups = List.of(role);
    }

    private void put(PasswordFileEditor editor) throws StartException, IOException {
        LinkedHashSet<String> wanted = groups == null ? null : new LinkedHashSet<>(groups);
        if (wanted != null) {
            wanted.remove("");
        }
        byte[] password = stdin ? fromStdin() : fromConsole();
        try {
            if (password.length == 0) {
                throw StartException.configuration("the password is empty; nothing was changed", null);
            }
            ScramAlgorithm algorithm = algorithm();
            if (algorithm == null) {
                editor.put(user, password, wanted, new SecureRandom());
            } else {
                editor.putScram(user, ScramKeys.of(algorithm, password, iterations, new SecureRandom()), wanted);
            }
        } catch (IllegalArgumentException e) {
            throw StartException.configuration(e.getMessage() + "; nothing was changed", e);
        } finally {
            Arrays.fill(password, (byte) 0);
        }
    }

    /** Null for none. */
    private @Nullable ScramAlgorithm algorithm() {
        if (scram == null) {
            return null;
        }
        if (iterations < ScramKeys.MIN_ITERATIONS || iterations > ScramKeys.MAX_ITERATIONS) {
            throw new IllegalArgumentException(
                    "--iterations must be from " + ScramKeys.MIN_ITERATIONS + " to " + ScramKeys.MAX_ITERATIONS);
        }
        for (ScramAlgorithm each : ScramAlgorithm.values()) {
            if (each.digest().equalsIgnoreCase(scram)) {
                return each;
            }
        }
        throw new IllegalArgumentException("--scram must be SHA-256 or SHA-512");
    }

    private byte[] fromStdin() throws StartException, IOException {
        byte[] read = in.readNBytes(MAX_PASSWORD + 3);
        int end = read.length;
        if (end > 0 && read[end - 1] == '\n') {
            end--;
            if (end > 0 && read[end - 1] == '\r') {
                end--;
            }
        }
        byte[] password = Arrays.copyOf(read, end);
        Arrays.fill(read, (byte) 0);
        if (end > MAX_PASSWORD) {
            throw StartException.configuration(
                    "the password is longer than the " + MAX_PASSWORD + " bytes that a CONNECT can carry", null);
        }
        return password;
    }

    // It is null on Java 21; on newer ones reading fails instead.
    @SuppressWarnings("SystemConsoleNull")
    private byte[] fromConsole() throws StartException {
        Console console = System.console();
        char[] first = console == null ? null : console.readPassword("Password of %s: ", user);
        char[] second = console == null || first == null ? null : console.readPassword("Once more: ");
        if (first == null || second == null) {
            throw StartException.configuration(
                    "there is nobody to ask for the password; give it on standard input, with --stdin", null);
        }
        try {
            if (!Arrays.equals(first, second)) {
                throw StartException.configuration("the two passwords differ; nothing was changed", null);
            }
            return utf8(first);
        } finally {
            Arrays.fill(first, ' ');
            Arrays.fill(second, ' ');
        }
    }

    private static byte[] utf8(char[] text) throws StartException {
        ByteBuffer encoded = ByteBuffer.allocate(3 * text.length);
        CoderResult result = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text), encoded, true);
        byte[] bytes = Arrays.copyOf(encoded.array(), encoded.position());
        Arrays.fill(encoded.array(), (byte) 0);
        if (result.isError()) {
            throw StartException.configuration("the password has characters that UTF-8 can't have", null);
        }
        return bytes;
    }
}
