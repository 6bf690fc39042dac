package io.lacewing.node.auth.password;

import static io.lacewing.node.auth.password.PasswordFileTest.ABC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.auth.CheckThreads;
import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.auth.Credentials;
import io.lacewing.node.auth.Denial;
import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.Verdict;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verdicts by a password file, and the bounds of the work for them. */
class PasswordFileAuthenticatorTest {
    /** About 20 ms: of cost 10. Of which password does not matter. */
    private static final String SLOW = "$2a$10$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

    @TempDir
    private Path dir = Path.of("");

    private PasswordFileAuthenticator open(String text) throws Exception {
        return PasswordFileAuthenticator.open(Files.writeString(dir.resolve("f"), text), new SecureRandom());
    }

    private static Credentials credentials(@Nullable String user, byte @Nullable [] password) {
        return new Credentials(new ClientDetails("c", user, "127.0.0.1:1", "tcp", 5), password);
    }

    private static CompletableFuture<Verdict> ask(
            PasswordFileAuthenticator by, @Nullable String user, @Nullable String password) {
        byte[] bytes = password == null ? null : password.getBytes(StandardCharsets.UTF_8);
        return by.authenticate(credentials(user, bytes)).toCompletableFuture();
    }

    private static Verdict verdict(PasswordFileAuthenticator by, @Nullable String user, @Nullable String password)
            throws Exception {
        return ask(by, user, password).get(20, TimeUnit.SECONDS);
    }

    @Test
    void verdicts() throws Exception {
        try (PasswordFileAuthenticator by = open("ann:" + ABC + ":a,b\n")) {
            assertEquals(new Verdict.Allow(Identity.of("ann", Set.of("a", "b"))), verdict(by, "ann", "abc"));
            assertSame(Verdict.WRONG, verdict(by, "ann", "abd"));
            assertSame(Verdict.WRONG, verdict(by, "ann", ""));
            assertSame(Verdict.WRONG, verdict(by, "ann", null));
            assertInstanceOf(Verdict.Next.class, verdict(by, "bob", "abc"));
            assertInstanceOf(Verdict.Next.class, verdict(by, "bob", null));
            assertInstanceOf(Verdict.Next.class, verdict(by, null, "abc"));
            assertInstanceOf(Verdict.Next.class, verdict(by, null, null));
        }
    }

    /** Its answer comes from a check, which takes as long as that of some user, and for one name always of the same. */
    @Test
    void anUnknownNameIsCheckedAgainstAUserOfTheFile() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            text.append("user").append(i).append(':').append(ABC).append('\n');
        }
        PasswordCheck check = new PasswordCheck(new SecureRandom());
        PasswordFile file = PasswordFile.read(Files.writeString(dir.resolve("f"), text));
        Set<PasswordHash> found = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            PasswordHash first = check.decoy(file, "stranger" + i);
            assertSame(first, check.decoy(file, "stranger" + i));
            found.add(first);
        }
        assertEquals(4, found.size());
        PasswordFile empty = PasswordFile.read(Files.writeString(dir.resolve("f"), ""));
        assertTrue(check.decoy(empty, "x").text().startsWith("$argon2id$"));
    }

    @Test
    void beyondTheBoundClientsAreToldSo() throws Exception {
        try (PasswordFileAuthenticator by = open("ann:" + SLOW + "\n")) {
            List<CompletableFuture<Verdict>> waiting = new ArrayList<>();
            Verdict last = null;
            int most = CheckThreads.MAX_WAITING + 1_000;
            for (int i = 0; i < most && last == null; i++) {
                CompletableFuture<Verdict> answer = ask(by, "ann", "x");
                if (answer.getNow(null) instanceof Verdict.Deny(Denial denial, String why)
                        && denial == Denial.SERVER_BUSY) {
                    last = answer.getNow(null);
                }
                waiting.add(answer);
            }
            assertTrue(waiting.size() > CheckThreads.MAX_WAITING, "only " + waiting.size());
            assertTrue(last != null, "no bound");
            // Nobody waits for them any more: what has not begun is not done.
            waiting.forEach(answer -> answer.cancel(false));
            assertSame(Verdict.WRONG, verdictWhenThereIsRoom(by));
        }
    }

    private static Verdict verdictWhenThereIsRoom(PasswordFileAuthenticator by) throws Exception {
        while (by.waiting() >= CheckThreads.MAX_WAITING) {
            Thread.onSpinWait();
        }
        return verdict(by, "ann", "x");
    }

    @Test
    void threadsAreFewAndTheirMemoryIsBounded() {
        assertEquals(1, PasswordFileAuthenticator.threads(1, 64L << 20));
        assertEquals(1, PasswordFileAuthenticator.threads(2, 8L << 30));
        assertEquals(2, PasswordFileAuthenticator.threads(4, 8L << 30));
        assertEquals(8, PasswordFileAuthenticator.threads(64, 8L << 30));
        assertEquals(2, PasswordFileAuthenticator.threads(64, 512L << 20));
        assertEquals(1, PasswordFileAuthenticator.threads(64, 256L << 20));
    }
}
