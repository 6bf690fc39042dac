package io.lacewing.node.config;

import io.lacewing.node.net.Network;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How the text of a key becomes a value, and in words what text is allowed. The words finish the sentence "must be
 * ...".
 *
 * @param <T> the type of the value
 */
public final class KeyType<T> {
    private final String name;
    private final String allowed;
    private final Function<String, @Nullable T> parser;

    private KeyType(String name, String allowed, Function<String, @Nullable T> parser) {
        this.name = name;
        this.allowed = allowed;
        this.parser = parser;
    }

    /** A whole number from {@code min} to {@code max}, both allowed. */
    static KeyType<Integer> integer(int min, int max) {
        return new KeyType<>("integer", "a whole number from " + min + " to " + max, text -> {
            Long value = wholeNumber(text);
            return value != null && value >= min && value <= max ? (Integer) value.intValue() : null;
        });
    }

    /** As {@link #integer}, or {@code auto}, which is empty. */
    static KeyType<OptionalInt> autoOr(int min, int max) {
        KeyType<Integer> number = integer(min, max);
        return new KeyType<>("integer", "auto, or " + number.allowed, text -> {
            if (text.equals("auto")) {
                return OptionalInt.empty();
            }
            Integer value = number.parse(text);
            return value == null ? null : OptionalInt.of(value);
        });
    }

    /** A TCP port to listen on; 0 lets the system choose a free one. */
    static KeyType<Integer> listenPort() {
        return new KeyType<>("port", "a port from 1 to 65535, or 0 for any free one", integer(0, 65535).parser);
    }

    /** A TCP port that others must know. */
    static KeyType<Integer> fixedPort() {
        return new KeyType<>("port", "a port from 1 to 65535", integer(1, 65535).parser);
    }

    /** A number of bytes, with or without unit. */
    static KeyType<Long> size(long min, long max) {
        String allowed = "a size from " + Quantity.formatSize(min) + " to " + Quantity.formatSize(max)
                + " (units B, KB, KiB, MB, MiB, GB, GiB)";
        return new KeyType<>("size", allowed, text -> {
            Long value = Quantity.parseSize(text);
            return value != null && value >= min && value <= max ? value : null;
        });
    }

    /** A length of time with its unit. */
    static KeyType<Duration> duration(Duration min, Duration max) {
        String allowed = "a duration from " + Quantity.formatDuration(min) + " to " + Quantity.formatDuration(max)
                + " (units ms, s, m, h, d)";
        return new KeyType<>("duration", allowed, text -> {
            Duration value = Quantity.parseDuration(text);
            return value != null && value.compareTo(min) >= 0 && value.compareTo(max) <= 0 ? value : null;
        });
    }

    /** {@code true} or {@code false}. */
    static KeyType<Boolean> bool() {
        return new KeyType<>("boolean", "true or false", text -> switch (text) {
            case "true" -> Boolean.TRUE;
            case "false" -> Boolean.FALSE;
            default -> null;
        });
    }

    /** One of the constants of {@code type}, in lower case with {@code -} for {@code _}. */
    static <E extends Enum<E>> KeyType<E> choice(Class<E> type) {
        E[] constants = type.getEnumConstants();
        String allowed = Arrays.stream(constants).map(KeyType::lower).collect(Collectors.joining(" or "));
        return new KeyType<>(
                "choice",
                allowed,
                text -> Arrays.stream(constants)
                        .filter(constant -> lower(constant).equals(text))
                        .findFirst()
                        .orElse(null));
    }

    /** Text that {@code pattern} covers whole; {@code allowed} says so in words. */
    static KeyType<String> text(String allowed, String pattern) {
        Pattern compiled = Pattern.compile(pattern);
        return new KeyType<>("text", allowed, text -> compiled.matcher(text).matches() ? text : null);
    }

    /** A file. */
    static KeyType<Path> path() {
        KeyType<String> form = text("the path of a file", "[^\\p{Cntrl}]{1,4096}");
        return new KeyType<>("path", form.allowed, text -> form.parse(text) == null ? null : Path.of(text));
    }

    /** A host name or an IP address. */
    static KeyType<String> host() {
        return text("a host name or an IP address", "[A-Za-z0-9._:%-]{1,255}");
    }

    /** A host and a port. */
    static KeyType<String> hostPort() {
        String allowed = "host:port, with a port from 1 to 65535";
        return new KeyType<>("host:port", allowed, text -> {
            int colon = text.lastIndexOf(':');
            boolean valid = colon > 0
                    && host().parser.apply(text.substring(0, colon)) != null
                    && fixedPort().parser.apply(text.substring(colon + 1)) != null;
            return valid ? text : null;
        });
    }

    /** A range of IP addresses. */
    static KeyType<Network> network() {
        String allowed = "an IP address, or a range of them as 10.0.0.0/8 or 2001:db8::/32 with no bits set behind it";
        return new KeyType<>("network", allowed, text -> {
            try {
                return Network.of(text);
            } catch (IllegalArgumentException notOne) {
                return null;
            }
        });
    }

    /** The type's name, as the reference shows it. */
    public String name() {
        return name;
    }

    /** What is allowed, as the end of "must be ...". */
    public String allowed() {
        return allowed;
    }

    /** The value, or null if {@code text} is not allowed. */
    @Nullable
    T parse(String text) {
        return parser.apply(text);
    }

    private static @Nullable Long wholeNumber(String text) {
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    /** As people write it: lower case, with '-' between words. */
    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
