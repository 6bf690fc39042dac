package io.lacewing.node.auth.jwt;

import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.Verdict;
import io.lacewing.node.config.JwtConfig;
import io.lacewing.node.config.TokenPlace;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.consumer.ErrorCodeValidator;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.jwt.consumer.JwtContext;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * Says what a token proves. Immutable. It calculates a signature: not for event loops.
 *
 * <p>What a token may be signed by is decided by the keys alone: each knows its algorithms, and only a key that is for the one
 * in the token's header is tried. So there is no {@code none}, and a public key is never taken for a secret.
 */
final class TokenCheck {
    /** The last second that has a date in four digits; later ends are this one. */
    private static final long LAST_SECOND = 253_402_300_799L;

    /** Keys that are tried for one token; those that name theirs need one. */
    private static final int MAX_TRIED = 16;

    private static final int MAX_GROUPS = 64;
    private static final int MAX_GROUP = 256;

    /** A header that is a JSON object begins with 'e' in this alphabet. */
    private static final Pattern FORM = Pattern.compile("e[A-Za-z0-9_-]*\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*");

    /** What has come of a check. */
    sealed interface Outcome {}

    /** The client is who this says. */
    record Proven(Verdict.Allow verdict) implements Outcome {}

    /** The token proves nothing. The reason is for the log, and tells nothing of the token's content. */
    record Worthless(String why) implements Outcome {}

    /** The token names a key that is not known here, or no key is for its algorithm. */
    record UnknownKey() implements Outcome {}

    private final JwtConfig config;
    private final JwtConsumer claimsRules;

    TokenCheck(JwtConfig config) {
        this.config = config;
        JwtConsumerBuilder rules = new JwtConsumerBuilder()
                // The signature is checked here, before.
                .setSkipSignatureVerification()
                .setDisableRequireSignature()
                .setRequireExpirationTime()
                .setAllowedClockSkewInSeconds(Math.toIntExact(config.leeway().toSeconds()));
        if (config.issuer() != null) {
            rules.setExpectedIssuer(config.issuer());
        }
        if (config.audience() == null) {
            rules.setSkipDefaultAudienceValidation();
        } else {
            rules.setExpectedAudience(config.audience());
        }
        claimsRules = rules.build();
    }

    /** True if a text has the form of a token, whatever it is worth. */
    static boolean looksLikeToken(String text) {
        return FORM.matcher(text).matches();
    }

    /** Says what a token proves of a client, by these keys. */
    Outcome check(String token, ClientDetails client, List<TokenKey> keys) {
        try {
            JsonWebSignature signed = new JsonWebSignature();
            signed.setCompactSerialization(token);
            String algorithm = signed.getAlgorithmHeaderValue();
            String keyId = signed.getKeyIdHeaderValue();
            if (algorithm == null) {
                return new Worthless("it names no algorithm");
            }
            List<TokenKey> fitting = keys.stream()
                    .filter(key -> key.fits(keyId, algorithm))
                    .limit(MAX_TRIED)
                    .toList();
            if (fitting.isEmpty()) {
                return new UnknownKey();
            }
            signed.setAlgorithmConstraints(new AlgorithmConstraints(ConstraintType.PERMIT, algorithm));
            return isSigned(signed, fitting)
                    ? judge(JwtClaims.parse(signed.getPayload()), client)
                    : new Worthless("its signature is wrong");
        } catch (JoseException | ClassCastException malformed) {
            // The latter where something in the header has another type than it should have.
            return new Worthless("it can't be read");
        } catch (InvalidJwtException invalid) {
            return new Worthless(why(invalid));
        } catch (MalformedClaimException malformed) {
            return new Worthless("a claim has another type than it should have");
        }
    }

    private static boolean isSigned(JsonWebSignature signed, List<TokenKey> keys) throws JoseException {
        for (TokenKey key : keys) {
            signed.setKey(key.key());
            if (signed.verifySignature()) {
                return true;
            }
        }
        return false;
    }

    private Outcome judge(JwtClaims claims, ClientDetails client) throws InvalidJwtException, MalformedClaimException {
        claimsRules.processContext(new JwtContext(claims, List.of()));
        JwtConfig.Claims names = config.claims();
        String user = claims.getClaimValue(names.userName(), String.class);
        if (user == null || user.isEmpty()) {
            return new Worthless("it has no claim " + names.userName());
        }
        String given = config.from() == TokenPlace.PASSWORD && names.matchUserName() ? client.userName() : null;
        if (given != null && !given.equals(user)) {
            return new Worthless("it is of another user than the CONNECT's");
        }
        String clientId = names.clientId();
        if (clientId != null && !client.clientId().equals(claims.getClaimValue(clientId, String.class))) {
            return new Worthless("it is not for this client id");
        }
        Set<String> groups = groups(claims, names.groups());
        if (groups == null) {
            return new Worthless("its claim " + names.groups() + " is no list of groups");
        }
        long end = Math.min(claims.getExpirationTime().getValue(), LAST_SECOND);
        Instant until = Instant.ofEpochSecond(end).plus(config.leeway());
        return new Proven(new Verdict.Allow(Identity.of(user, groups), until));
    }

    /** Null if the claim is none that could be groups. */
    private static @Nullable Set<String> groups(JwtClaims claims, @Nullable String name) {
        Object value = name == null ? List.of() : claims.getClaimValue(name);
        List<?> listed = switch (value) {
            case null -> List.of();
            case String text -> List.of(text.strip().split(" +", -1));
            case List<?> list -> list;
            default -> List.of(value);
        };
        Set<String> groups = new LinkedHashSet<>();
        for (Object each : listed) {
            if (!(each instanceof String group) || group.length() > MAX_GROUP) {
                return null;
            }
            if (!group.isEmpty()) {
                groups.add(group);
            }
        }
        return groups.size() > MAX_GROUPS ? null : groups;
    }

    private static String why(InvalidJwtException invalid) {
        for (ErrorCodeValidator.Error error : invalid.getErrorDetails()) {
            switch (error.getErrorCode()) {
                case ErrorCodes.EXPIRED -> {
                    return "it has expired";
                }
                case ErrorCodes.EXPIRATION_MISSING -> {
                    return "it has no claim exp";
                }
                case ErrorCodes.NOT_YET_VALID -> {
                    return "it is not valid yet";
                }
                case ErrorCodes.ISSUER_MISSING, ErrorCodes.ISSUER_INVALID -> {
                    return "it is of another issuer";
                }
                case ErrorCodes.AUDIENCE_MISSING, ErrorCodes.AUDIENCE_INVALID -> {
                    return "it is for another audience";
                }
                default -> {}
            }
        }
        return "its claims are damaged";
    }
}
