package io.lacewing.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code lacewing passwd}: what it makes of a file, and what it says. */
class PasswdCommandTest {
    private static final String HASH = "\\$argon2id\\$v=19\\$m=19456,t=2,p=1\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}";

    @TempDir
    private Path dir = Path.of("");

    private String passwd(int exitCode, String stdin, String... args) {
        StringWriter said = new StringWriter();
        assertEquals(exitCode, Passwords.run(said, stdin.getBytes(StandardCharsets.UTF_8), args), said::toString);
        return said.toString().strip();
    }

    @Test
    void usersAreAddedChangedAndRemovedAndTheRestStays() throws Exception {
        Path file = dir.resolve("f");
        String path = file.toString();
        assertEquals(path + ": user 'ann' added", passwd(0, "one\n", path, "ann", "--stdin"));
        Files.writeString(file, "# those above came first\n\n", StandardOpenOption.APPEND);
        assertEquals(
                path + ": user 'bob' added",
                passwd(0, "two", path, "bob", "--stdin", "--group", "a,b", "--group", "c"));
        List<String> before = Files.readAllLines(file);
        assertTrue(before.get(0).matches("ann:" + HASH), before.toString());
        assertEquals(List.of("# those above came first", ""), before.subList(1, 3));
        assertTrue(before.get(3).matches("bob:" + HASH + ":a,b,c"), before.toString());

        assertEquals(path + ": user 'bob' changed", passwd(0, "three", path, "bob", "--stdin"));
        List<String> after = Files.readAllLines(file);
        assertEquals(before.subList(0, 3), after.subList(0, 3));
        assertTrue(after.get(3).matches("bob:" + HASH + ":a,b,c"), after.toString());
        assertFalse(after.get(3).equals(before.get(3)));
        passwd(0, "three", path, "bob", "--stdin", "--group=");
        assertTrue(Files.readAllLines(file).get(3).matches("bob:" + HASH));

        assertEquals(path + ": user 'ann' removed", passwd(0, "", path, "ann", "--delete"));
        assertEquals(3, Files.readAllLines(file).size());
        assertEquals("lacewing: " + path + ": has no user 'ann'", passwd(2, "", path, "ann", "--delete"));
        try (Stream<Path> files = Files.list(dir)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void theFileIsForItsOwnerOnlyAndALinkStays() throws Exception {
        Path file = Files.writeString(dir.resolve("real"), "");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Path link = Files.createSymbolicLink(dir.resolve("link"), Path.of("real"));
        passwd(0, "x", link.toString(), "ann", "--stdin");
        assertTrue(Files.isSymbolicLink(link));
        assertTrue(Files.readString(file).startsWith("ann:"));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        Path fresh = dir.resolve("fresh");
        passwd(0, "x", fresh.toString(), "ann", "--stdin");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(fresh)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        ann     | ""    | the password is empty; nothing was changed
        ann     | "\n"  | the password is empty; nothing was changed
        a:b     | x     | the user name has a ':' or a control character; nothing was changed
        "#ann"  | x     | the user name begins with '#', or begins or ends with a space; nothing was changed
        ""      | x     | the user name is empty; nothing was changed
        """)
    void whatCanNotBeIsSaid(String user, String stdin, String complaint) throws Exception {
        Path file = Files.writeString(dir.resolve("f"), "# as it was\n");
        assertEquals("lacewing: " + complaint, passwd(2, stdin, file.toString(), user, "--stdin"));
        assertEquals("# as it was\n", Files.readString(file));
    }

    @Test
    void keysForScramAreMadeOnDemand() throws Exception {
        Path file = dir.resolve("f");
        passwd(0, "secret", file.toString(), "ann", "--stdin", "--scram", "SHA-256", "--group", "a,b");
        assertTrue(
                Files.readString(file).matches("ann:\\$scram-sha-256\\$i=15000\\$[^$]{22}\\$[^$]{43}\\$[^$]{43}:a,b\n"),
                Files.readString(file));
        passwd(0, "secret", file.toString(), "ann", "--stdin", "--scram", "sha-512", "--iterations", "4096");
        assertTrue(
                Files.readString(file).matches("ann:\\$scram-sha-512\\$i=4096\\$[^$]{22}\\$[^$]{86}\\$[^$]{86}:a,b\n"),
                Files.readString(file));
        String before = Files.readString(file);
        String path = file.toString();
        assertEquals(
                "lacewing: --scram must be SHA-256 or SHA-512; nothing was changed",
                passwd(2, "secret", path, "ann", "--stdin", "--scram", "MD5"));
        assertEquals(
                "lacewing: --iterations must be from 4096 to 1000000; nothing was changed",
                passwd(2, "secret", path, "ann", "--stdin", "--scram", "SHA-256", "--iterations", "4095"));
        assertEquals(
                "lacewing: a password for SCRAM must be text (UTF-8) without control characters; nothing was changed",
                passwd(2, "a\u0007", path, "ann", "--stdin", "--scram", "SHA-256"));
        assertEquals(
                "lacewing: the user name is 'IX' for SCRAM (RFC 4013); take that one; nothing was changed",
                passwd(2, "secret", path, "\u2168", "--stdin", "--scram", "SHA-256"));
        assertEquals(before, Files.readString(file));
    }

    @Test
    void otherMistakesAreSaid() throws Exception {
        Path file = Files.writeString(dir.resolve("f"), "# head\nann\n");
        String path = file.toString();
        assertEquals(
                "lacewing: " + path + ":2: must be user:hash or user:hash:group,group",
                passwd(2, "x", path, "bob", "--stdin"));
        Path other = dir.resolve("other");
        assertEquals(
                "lacewing: the group 'a b' must be 1 to 64 letters, digits, '.', '_' or '-', with a ',' between groups;"
                        + " nothing was changed",
                passwd(2, "x", other.toString(), "bob", "--stdin", "--group", "a b"));
        assertEquals(
                "lacewing: --delete goes with neither --stdin, --group, --scram nor --role",
                passwd(2, "x", other.toString(), "bob", "--stdin", "--delete"));
        assertEquals(
                "lacewing: the password is longer than the 65535 bytes that a CONNECT can carry",
                passwd(2, "x".repeat(65_536), other.toString(), "bob", "--stdin"));
        assertTrue(
                passwd(2, "x", dir.resolve("no/f").toString(), "bob", "--stdin").contains("can't be written"));
        assertFalse(Files.exists(other));
    }

    /** As people run it; only one line end is taken away, and nobody is asked where there is nobody. */
    @Test
    void asAProcess() throws Exception {
        Path file = dir.resolve("f");
        assertEquals(0, process("geheim\r\n", file, "--stdin"), Files.readString(dir.resolve("said")));
        assertTrue(Files.readString(file).matches("ann:" + HASH + "\n"), Files.readString(file));
        String before = Files.readString(file);
        assertEquals(2, process("", file), Files.readString(dir.resolve("said")));
        assertTrue(
                Files.readString(dir.resolve("said")).contains("give it on standard input, with --stdin"),
                Files.readString(dir.resolve("said")));
        assertEquals(before, Files.readString(file));
    }

    private int process(String stdin, Path file, String... options) throws Exception {
        Path input = Files.writeString(dir.resolve("stdin"), stdin);
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "passwd",
                file.toString(),
                "ann"));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .redirectInput(input.toFile())
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("said").toFile())
                .start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        return process.exitValue();
    }
}
