package io.lacewing.node.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is let in, and what clients may do ({@code auth.*}, {@code tenants.*}).
 *
 * @param anonymous from where clients are let in that give no user name
 * @param passwordFile users and the hashes of their passwords; null if there is none
 * @param scram true if users of that file can log in by SCRAM
 * @param certificate what clients' certificates say
 * @param jwt how tokens are checked; null if they are not
 * @param external other systems that are asked
 * @param aclFile rules of what clients may do; null if there is none
 * @param onDenied what happens to what a client may not do
 * @param tenants which tenants clients are of
 */
public record AuthConfig(
        AnonymousAccess anonymous,
        @Nullable Path passwordFile,
        boolean scram,
        CertificateConfig certificate,
        @Nullable JwtConfig jwt,
        ExternalAuthConfig external,
        @Nullable Path aclFile,
        DeniedEffect onDenied,
        TenantsConfig tenants) {
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
    static final Key<Path> ACL_FILE = new Key<>(
            "auth.aclFile",
            KeyType.path(),
            null,
            "File of rules: which clients may publish and subscribe to which topics; read again when it changes. With it all"
                    + " is denied that no rule allows; without it clients may do everything but publish to `$SYS`."
                    + " [Security](security.md#what-may-you-do) tells more.");
    static final Key<DeniedEffect> ON_DENIED = new Key<>(
            "auth.onDenied",
            KeyType.choice(DeniedEffect.class),
            "reject",
            "What happens to a PUBLISH or SUBSCRIBE that is not allowed. `reject`: it is answered with 0x87 (Not"
                    + " authorized), or, as MQTT 3 has no code for it, a PUBLISH is acknowledged and dropped; `drop`: a"
                    + " PUBLISH is acknowledged and dropped; `disconnect`: the connection ends.");
    static final List<Key<?>> KEYS = List.of(ANONYMOUS, PASSWORD_FILE, SCRAM, ACL_FILE, ON_DENIED);

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
                JwtConfig.from(settings),
                ExternalAuthConfig.from(settings),
                settings.find(ACL_FILE),
                settings.get(ON_DENIED),
                TenantsConfig.from(settings));
    }
}
