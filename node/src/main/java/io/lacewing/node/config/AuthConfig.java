package io.lacewing.node.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is let in ({@code auth.*}).
 *
 * @param anonymous from where clients are let in that give no user name
 * @param passwordFile users and the hashes of their passwords; null if there is none
 * @param scram true if users of that file can log in by SCRAM
 * @param certificate what clients' certificates say
 * @param jwt how tokens are checked; null if they are not
 */
public record AuthConfig(
        AnonymousAccess anonymous,
        @Nullable Path passwordFile,
        boolean scram,
        CertificateConfig certificate,
        @Nullable JwtConfig jwt) {
    static final Key<AnonymousAccess> ANONYMOUS = new Key<>(
            "auth.anonymous",
            KeyType.choice(AnonymousAccess.class),
            "loopback",
            "Who is let in without a user name. `loopback`: clients on this machine (127.0.0.0/8 and ::1); `allow`: all;"
                    + " `deny`: none. Where nothing is configured that checks user names, this holds for clients that give"
                    + " one, too. [Security](security.md#who-are-you) tells more.");
    static final Key<String> PASSWORD_FILE = new Key<>(
            "auth.passwordFile",
            KeyType.text("a path", "[^\\x00]{1,4096}"),
            null,
            "File of users and the hashes of their passwords, written by `lacewing passwd`; read again when it changes."
                    + " Without it nobody's password is checked.");
    static final Key<Boolean> SCRAM = new Key<>(
            "auth.scram",
            KeyType.bool(),
            "true",
            "Whether users of the password file with keys for SCRAM (`lacewing passwd --scram`) can log in by SCRAM-SHA-256 and"
                    + " SCRAM-SHA-512, methods of MQTT 5's enhanced authentication. Set only with `auth.passwordFile`.");
    static final List<Key<?>> KEYS = List.of(ANONYMOUS, PASSWORD_FILE, SCRAM);

    static AuthConfig from(Settings settings) {
        String file = settings.find(PASSWORD_FILE);
        if (file == null && settings.isSet(SCRAM.name())) {
            throw settings.refuse(SCRAM.name(), "needs " + PASSWORD_FILE.name());
        }
        return new AuthConfig(
                settings.get(ANONYMOUS),
                file == null ? null : Path.of(file),
                settings.get(SCRAM),
                CertificateConfig.from(settings),
                JwtConfig.from(settings));
    }
}
