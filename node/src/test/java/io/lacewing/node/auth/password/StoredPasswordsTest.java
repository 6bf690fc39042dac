package io.lacewing.node.auth.password;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.Verdict;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StoredPasswordsTest {
    private static final Verdict RIGHT = new Verdict.Allow(Identity.of("ann", Set.of()));
    private static final byte[] BINARY = {0, (byte) 0xFF, 7};

    private static Verdict check(StoredPasswords passwords, @Nullable String hash, byte[] password) throws Exception {
        return passwords.check(hash, password, RIGHT).get(60, TimeUnit.SECONDS);
    }

    @Test
    void passwordsAreBytes() throws Exception {
        String hash = PasswordHash.make(BINARY, new SecureRandom()).text();
        try (StoredPasswords passwords = new StoredPasswords("test", new SecureRandom())) {
            assertEquals(RIGHT, check(passwords, hash, BINARY));
            assertEquals(Verdict.WRONG, check(passwords, hash, new byte[] {0, (byte) 0xFF}));
            assertEquals(Verdict.WRONG, check(passwords, hash, new byte[0]));
        }
    }

    @Test
    void whoIsNotThereIsForOthersWhateverThePassword() throws Exception {
        String hash = PasswordHash.make(BINARY, new SecureRandom()).text();
        try (StoredPasswords passwords = new StoredPasswords("test", new SecureRandom())) {
            // The decoy of the beginning is of the empty password; then it is the last that was checked.
            assertInstanceOf(Verdict.Next.class, check(passwords, null, new byte[0]));
            assertEquals(RIGHT, check(passwords, hash, BINARY));
            assertInstanceOf(Verdict.Next.class, check(passwords, null, BINARY));
        }
    }

    @Test
    void whatIsNoHashIsSaidWithoutIt() {
        try (StoredPasswords passwords = new StoredPasswords("test", new SecureRandom())) {
            ExecutionException failed = assertThrows(
                    ExecutionException.class,
                    () -> check(passwords, "plain secret", "plain secret".getBytes(StandardCharsets.UTF_8)));
            assertInstanceOf(IllegalArgumentException.class, failed.getCause());
            assertFalse(String.valueOf(failed.getMessage()).contains("plain"));
        }
    }
}
