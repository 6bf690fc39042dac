package io.lacewing.node.auth.password;

import static io.lacewing.node.auth.password.PasswordFileTest.ABC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lacewing.node.files.FileException;
import io.lacewing.node.files.FileWatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A password file that changes while it is in use. */
class PasswordFileWatchTest {
    @TempDir
    private Path dir = Path.of("");

    private Path write(String name, String... users) throws Exception {
        StringBuilder text = new StringBuilder();
        for (String user : users) {
            text.append(user).append(':').append(ABC).append('\n');
        }
        return Files.writeString(dir.resolve(name), text);
    }

    private static FileWatch<PasswordFile> watch(Path path) throws FileException {
        return new FileWatch<>(path, PasswordFile.FORMAT);
    }

    private static void expect(FileWatch<PasswordFile> watch, String... users) {
        assertEquals(
                List.of(users), watch.current().all().stream().map(User::name).toList());
    }

    private static void settle(FileWatch<PasswordFile> watch) {
        watch.look();
        watch.look();
    }

    @Test
    void aChangeIsTakenWhenItHasBeenSeenTwice() throws Exception {
        FileWatch<PasswordFile> watch = watch(write("f", "ann"));
        write("f", "ann", "bob");
        watch.look();
        expect(watch, "ann");
        write("f", "ann", "bob", "cem");
        watch.look();
        expect(watch, "ann");
        watch.look();
        expect(watch, "ann", "bob", "cem");
        assertEquals(0, watch.rejected());
    }

    /** Same size, same time: only the content differs. */
    @Test
    void theContentIsCompared() throws Exception {
        Path file = write("f", "ann");
        FileTime time = Files.getLastModifiedTime(file);
        FileWatch<PasswordFile> watch = watch(file);
        write("f", "bob");
        Files.setLastModifiedTime(file, time);
        settle(watch);
        expect(watch, "bob");
    }

    /** As Kubernetes changes a mounted secret: file -> ..data/file, and ..data is swapped. */
    @Test
    void aLinkOnTheWayMayBeSwapped() throws Exception {
        Files.createDirectories(dir.resolve("one"));
        Files.createDirectories(dir.resolve("two"));
        write("one/f", "ann");
        write("two/f", "bob");
        Files.createSymbolicLink(dir.resolve("data"), Path.of("one"));
        FileWatch<PasswordFile> watch = watch(Files.createSymbolicLink(dir.resolve("f"), Path.of("data/f")));
        Path next = Files.createSymbolicLink(dir.resolve("data.new"), Path.of("two"));
        Files.move(next, dir.resolve("data"), StandardCopyOption.ATOMIC_MOVE);
        settle(watch);
        expect(watch, "bob");
    }

    @Test
    void aFaultyFileKeepsTheOldOneAndCountsOnce() throws Exception {
        Path file = write("f", "ann");
        FileWatch<PasswordFile> watch = watch(file);
        Files.writeString(file, "bob:secret\n");
        settle(watch);
        settle(watch);
        expect(watch, "ann");
        assertEquals(1, watch.rejected());
        Files.delete(file);
        settle(watch);
        settle(watch);
        expect(watch, "ann");
        assertEquals(2, watch.rejected());
        write("f", "cem");
        settle(watch);
        expect(watch, "cem");
        assertEquals(2, watch.rejected());
    }

    @Test
    void aFaultThatComesAgainAfterTheOldContentCountsAgain() throws Exception {
        Path file = write("f", "ann");
        FileWatch<PasswordFile> watch = watch(file);
        for (int i = 1; i <= 2; i++) {
            Files.writeString(file, "bob\n");
            settle(watch);
            assertEquals(i, watch.rejected());
            write("f", "ann");
            settle(watch);
            expect(watch, "ann");
        }
    }

    @Test
    void itBeginsWithAFileThatIsInOrder() {
        assertThrows(FileException.class, () -> watch(dir.resolve("none")));
    }
}
