package io.lacewing.node.auth.password;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lacewing.node.files.FileException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a password file may look like, and what is said of one that does not. */
class PasswordFileTest {
    /** Of "abc". */
    static final String ABC = "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i";

    private static final Path PATH = Path.of("passwords");

    @TempDir
    private Path dir = Path.of("");

    private static PasswordFile parse(String text) throws FileException {
        return PasswordFile.parse(PATH, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void refused(String message, String text) {
        assertEquals(
                message, assertThrows(FileException.class, () -> parse(text)).getMessage());
    }

    @Test
    void usersCommentsAndEmptyLines() throws Exception {
        PasswordFile file =
                parse("\uFEFF# who may come\n\nann:" + ABC + "\r\n   \njosé ß:" + ABC + ":a,b-2\nlast:" + ABC + ":");
        assertEquals(
                List.of("ann", "josé ß", "last"),
                file.all().stream().map(User::name).toList());
        User jose = file.find("josé ß");
        assertNotNull(jose);
        assertEquals(List.of("a", "b-2"), List.copyOf(jose.groups()));
        assertEquals("josé ß:" + ABC + ":a,b-2", jose.line());
        assertNull(file.find("Ann"));
        assertNull(file.find("# who may come"));
        assertEquals(0, parse("").size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        ann                | must be user:hash or user:hash:group,group
        ann:HASH:a:b       | must be user:hash or user:hash:group,group
        :HASH              | the user name is empty
        " ann:HASH"        | the user name begins with '#', or begins or ends with a space
        "a\tb:HASH"        | the user name has a ':' or a control character
        ann:secret         | the hash is of no kind that is known here: it must begin with $argon2id$, for bcrypt with $2a$, $2b$ or $2y$, or for SCRAM with $scram-sha-256$ or $scram-sha-512$
        "ann:HASH:a, b"    | the group ' b' must be 1 to 64 letters, digits, '.', '_' or '-', with a ',' between groups
        ann:HASH:a,        | the group '' must be 1 to 64 letters, digits, '.', '_' or '-', with a ',' between groups
        """)
    void aFaultyLineIsNamed(String line, String complaint) {
        refused("passwords:3: " + complaint, "# head\nok:" + ABC + "\n" + line.replace("HASH", ABC) + "\n");
    }

    @Test
    void aUserHasOneLine() {
        refused(
                "passwords:2: the user has a line before this one; remove one of them",
                "ann:" + ABC + "\nann:" + ABC + ":other\n");
    }

    @Test
    void groupsAreBounded() throws Exception {
        String most = IntStream.range(0, 64).mapToObj(i -> "g" + i).collect(Collectors.joining(","));
        assertEquals(1, parse("ann:" + ABC + ":" + most).size());
        refused("passwords:1: the user is in more than 64 groups", "ann:" + ABC + ":" + most + ",more");
    }

    @Test
    void theLineThatIsNotUtf8IsNamed() {
        byte[] bytes = ("# é\nann:" + ABC).getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(
                "passwords:1: is not UTF-8 text; save it as such",
                assertThrows(FileException.class, () -> PasswordFile.parse(PATH, bytes))
                        .getMessage());
    }

    @Test
    void aFileThatCanNotBeReadIsNamed() throws Exception {
        Path missing = dir.resolve("none");
        assertEquals(
                missing + ": can't be read: there is no such file; make it with: lacewing passwd " + missing + " USER",
                assertThrows(FileException.class, () -> PasswordFile.read(missing))
                        .getMessage());
        assertEquals(
                dir + ": can't be read: it is a directory",
                assertThrows(FileException.class, () -> PasswordFile.read(dir)).getMessage());
        Path long_ = Files.write(dir.resolve("long"), new byte[PasswordFile.MAX_BYTES + 1]);
        assertEquals(
                long_ + ": is longer than 16 MiB, more than a password file may have",
                assertThrows(FileException.class, () -> PasswordFile.read(long_))
                        .getMessage());
    }
}
