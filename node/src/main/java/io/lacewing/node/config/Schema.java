package io.lacewing.node.config;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The table of all keys, and what can be asked of a name: is it a key, a section, a list, and if not, which is near.
 */
public final class Schema {
    /** What a name stands for. */
    enum Kind {
        KEY,
        SECTION,
        LIST
    }

    private static final Pattern INDEX = Pattern.compile("\\.[0-9]+(?=\\.|$)");

    /** All keys, in the order of the reference. */
    public static final List<Key<?>> KEYS = Stream.of(
                    IdentityConfig.KEYS,
                    ListenerConfig.KEYS,
                    EntranceConfig.KEYS,
                    RatesConfig.LISTENER_KEYS,
                    TlsConfig.KEYS,
                    AuthConfig.KEYS,
                    CertificateConfig.KEYS,
                    JwtConfig.KEYS,
                    JwksConfig.KEYS,
                    HttpAuthConfig.KEYS,
                    LdapAuthConfig.KEYS,
                    SqlAuthConfig.KEYS,
                    TenantsConfig.KEYS,
                    RatesConfig.TENANT_KEYS,
                    BansConfig.KEYS,
                    ClusterConfig.KEYS,
                    AddressConfig.KEYS,
                    DiscoveryConfig.KEYS,
                    NetsplitConfig.KEYS,
                    PeerTlsConfig.KEYS,
                    PersistenceConfig.KEYS,
                    JournalConfig.KEYS,
                    CopiesConfig.KEYS,
                    CapabilitiesConfig.KEYS,
                    MqttConfig.KEYS,
                    ConnectionLimits.KEYS,
                    EntranceLimits.KEYS,
                    PacketLimits.KEYS,
                    SessionLimits.KEYS,
                    LimitsConfig.KEYS,
                    RatesConfig.KEYS,
                    OverloadConfig.KEYS,
                    HttpConfig.KEYS,
                    HttpTlsConfig.KEYS,
                    LogConfig.KEYS,
                    AuditConfig.KEYS)
            .<Key<?>>flatMap(List::stream)
            .toList();

    private static final Map<String, Kind> KINDS = kinds();
    private static final Map<String, Key<?>> BY_NAME = byName();

    private Schema() {}

    private static Map<String, Key<?>> byName() {
        Map<String, Key<?>> names = new TreeMap<>();
        for (Key<?> key : KEYS) {
            names.put(key.name(), key);
        }
        return names;
    }

    private static Map<String, Kind> kinds() {
        Map<String, Kind> kinds = new LinkedHashMap<>();
        for (Key<?> key : KEYS) {
            String name = key.name();
            kinds.put(name, Kind.KEY);
            for (int i = 0; i < name.length(); i++) {
                if (name.charAt(i) == '[') {
                    kinds.putIfAbsent(name.substring(0, i), Kind.LIST);
                } else if (name.charAt(i) == '.') {
                    kinds.putIfAbsent(name.substring(0, i), Kind.SECTION);
                }
            }
        }
        return kinds;
    }

    /** What {@code path}, a name with indices, stands for; null if it is unknown. */
    static @Nullable Kind kind(String path) {
        return path.isEmpty() ? Kind.SECTION : KINDS.get(normal(path));
    }

    /** What the key at {@code path} may hold. */
    static String allowed(String path) {
        Key<?> key = BY_NAME.get(normal(path));
        return key == null ? "a known key" : key.type().allowed();
    }

    private static String normal(String path) {
        return INDEX.matcher(path).replaceAll("[]");
    }

    /** The refusal of a name that is no key, with the nearest that is. */
    static ConfigException unknown(String origin, String path) {
        String near = nearest(normal(path), KINDS.keySet());
        String hint = near == null ? "see docs/configuration.md for all keys" : "did you mean " + near + "?";
        return new ConfigException(origin + ": unknown key " + path + "; " + hint);
    }

    /** The path that an environment variable sets, or null if it names no key and no list. */
    static @Nullable String pathOfVariable(String variable) {
        for (Map.Entry<String, Kind> entry : KINDS.entrySet()) {
            if (entry.getValue() != Kind.SECTION) {
                String form = Key.environmentName(entry.getKey()).replace("[]", "_([0-9]{1,4})");
                Matcher matcher = Pattern.compile(form).matcher(variable);
                if (matcher.matches()) {
                    String path = entry.getKey();
                    for (int i = 1; i <= matcher.groupCount(); i++) {
                        path = path.replaceFirst("\\[]", "." + matcher.group(i));
                    }
                    return path;
                }
            }
        }
        return null;
    }

    /** The refusal of an environment variable that sets no key. */
    static ConfigException unknownVariable(String variable) {
        List<String> variables = KINDS.keySet().stream()
                .map(name -> Key.environmentName(name).replace("[]", "_0"))
                .toList();
        String near = nearest(variable, variables);
        return new ConfigException("environment " + variable + ": sets no known key"
                + (near == null ? "; see docs/configuration.md for all keys" : "; did you mean " + near + "?"));
    }

    /** The closest name by edits, or a name that ends as {@code name} does; null if none is close. */
    private static @Nullable String nearest(String name, Collection<String> names) {
        String best = null;
        int least = Math.max(2, name.length() / 4) + 1;
        for (String candidate : names) {
            int edits = edits(name, candidate);
            if (edits < least) {
                least = edits;
                best = candidate;
            }
        }
        if (best != null) {
            return best;
        }
        String last = name.substring(name.lastIndexOf('.') + 1);
        return names.stream()
                .filter(candidate -> candidate.endsWith("." + last))
                .findFirst()
                .orElse(null);
    }

    /** How many letters must be changed, added or left out to make {@code b} of {@code a} (Levenshtein). */
    private static int edits(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(change, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
