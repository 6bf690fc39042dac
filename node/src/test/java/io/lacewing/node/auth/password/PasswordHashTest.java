package io.lacewing.node.auth.password;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.mqtt.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hashes that others have made, hashes of our own, and what is no hash. */
class PasswordHashTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** From the tests of the reference implementations: phc-winner-argon2, jBCrypt, crypt_blowfish; SCRAM's by Python. */
    @ParameterizedTest
    @CsvSource(delimiter = ' ', textBlock = """
        'password' $argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc
        'password' $argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4
        'password' $argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc
        'differentpassword' $argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$C4TWUs9rDEvq7w3+J4umqA32aWKB1+DSiRuBfYxFj94
        '' $2a$08$HqWuK6/Ng6sg9gQzbLrgb.Tl.ZHfXLhvt/SgVyWhQqgqcZ7ZuUtye
        'a' $2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe
        'pencil' $scram-sha-256$i=4096$W22ZaJ0SNY7soEsUEjb6gQ$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY$wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU
        'pencil' $scram-sha-512$i=4096$W22ZaJ0SNY7soEsUEjb6gQ$6AAub3065EYRmyFpM2RNwqK+eGnrkYuEWbXn19LsEmBqzu8QaCXNc1FwpnX9NhH2hK/60dzj9DoO5DvVkOHbvg$jZHbYjC1aHh0/hKbxyBuGFjDrgjgKTT1esA7awWiKcRZ0o/0b1yWEebBeSVkkCFewf91nLDfKF24mvD5nmE6rA
        'abc' $2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i
        'U*U' $2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW
        """)
    void knownHashesMatchTheirPasswordsAndNoOthers(String password, String text) {
        PasswordHash hash = PasswordHash.parse(text);
        assertTrue(hash.matches(utf8(password)));
        assertFalse(hash.matches(utf8(password + "x")));
        assertFalse(hash.matches(utf8("y")));
        assertEquals(text, hash.text());
        assertFalse(hash.toString().contains("$"), "a hash in a log");
    }

    /** crypt_blowfish: bytes that are no UTF-8, and the same password as 2b. */
    @ParameterizedTest
    @CsvSource({"2y", "2b"})
    void bcryptTakesBytes(String version) {
        PasswordHash hash =
                PasswordHash.parse("$" + version + "$05$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3e");
        assertTrue(hash.matches(Bytes.of("ffffa3")));
        assertFalse(hash.matches(Bytes.of("ffffa4")));
        assertFalse(hash.matches(Bytes.of("ffffa3 00 ffffa3")), "the same to bcrypt, but no password that was set");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        $scram-sha-256$4096$c2FsdHNhbHQ$AA$AA        | a SCRAM hash must be $scram-sha-256$i=iterations$salt$storedKey$serverKey
        $scram-sha-256$i=4096$c2FsdHNhbHQ$AA         | a SCRAM hash must be $scram-sha-256$i=iterations$salt$storedKey$serverKey
        $scram-sha-512$i=4095$c2FsdHNhbHQ$AA$AA      | the SCRAM hash must have 4096 to 1000000 iterations
        $scram-sha-512$i=1000001$c2FsdHNhbHQ$AA$AA   | the SCRAM hash must have 4096 to 1000000 iterations
        $scram-sha-256$i=4096$c2FsdA$AA$AA           | the salt of the SCRAM hash must have 8 to 64 bytes
        $scram-sha-256$i=4096$c2FsdHNhbHQ$AA$AA      | the keys of the SCRAM hash must have 32 bytes each
        $scram-sha-256$i=4096$c2FsdHNhbHQ$A!$AA      | the SCRAM hash is no base64
        """)
    void faultyHashesOfScramAreRefused(String text, String complaint) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> PasswordHash.parse(text));
        assertEquals(complaint, refusal.getMessage());
    }

    /** crypt_blowfish. */
    @Test
    void bcryptLooksAt72Bytes() {
        PasswordHash hash = PasswordHash.parse("$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui");
        String most = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        assertTrue(hash.matches(utf8(most)));
        assertTrue(hash.matches(utf8(most + "chars after 72 are ignored")));
        assertFalse(hash.matches(utf8(most.substring(0, 71))));
        assertFalse(hash.matches(new byte[65_535]));
    }

    @ParameterizedTest
    @CsvSource({"'70617373'", "''", "00", "'610061'", "'c3ff00feed'", "'0d0a'"})
    void whatIsMadeOfAnyBytesMatchesTheseOnly(String hex) {
        byte[] password = Bytes.of(hex);
        PasswordHash made = PasswordHash.make(password, RANDOM);
        PasswordHash read = PasswordHash.parse(made.text());
        assertTrue(read.matches(password));
        assertFalse(read.matches(Arrays.copyOf(password, password.length + 1)), "a zero byte more");
        assertTrue(made.text().startsWith("$argon2id$v=19$m=19456,t=2,p=1$"), made.text());
        assertNotEquals(made.text(), PasswordHash.make(password, RANDOM).text(), "without a salt");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        secret | of no kind that is known here
        "" | of no kind that is known here
        $argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4 | of no kind that is known here
        $7$101$c29tZXNhbHQ=$c29tZXNhbHQ= | of no kind that is known here
        $argon2id$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4 | is not of the form $argon2id$v=19$
        $argon2id$v=19$m=65537,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4 | m=65537, which must be from 8 to 65536
        $argon2id$v=19$m=8,t=2,p=2$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4 | m=8, which must be from 16 to 65536
        $argon2id$v=19$m=256,t=17,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4 | t=17, which must be from 1 to 16
        $argon2id$v=19$m=256,t=2,p=0$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4 | p=0, which must be from 1 to 16
        $argon2id$v=19$m=256,t=2,p=1$c29$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4 | a salt of 2 bytes; it needs 8 or more
        $argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65 | a hash of 3 bytes; it needs 16 or more
        $argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65E | a hash that is not Base64
        $2y$05$short | is not of the form $2y$COST$
        $2y$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW | cost 3, which must be from 4 to 16
        $2y$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW | cost 31, which must be from 4 to 16
        """)
    void whatIsNoHashOrTakesTooMuchIsRefused(String text, String expected) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> PasswordHash.parse(text));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains(expected), message);
    }
}
