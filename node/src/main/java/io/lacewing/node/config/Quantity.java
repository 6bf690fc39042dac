package io.lacewing.node.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sizes and durations as people write them: {@code 1MiB}, {@code 64KB}, {@code 500ms}, {@code 5m}. */
public final class Quantity {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,18})([A-Za-z]*)");

    /** Largest first: the first unit that divides a size without rest is the one it is shown in. */
    private static final Map<String, Long> SIZE_UNITS = sizeUnits();

    private static final Map<String, Long> MILLIS_PER_UNIT = durationUnits();

    private Quantity() {}

    private static Map<String, Long> sizeUnits() {
        Map<String, Long> units = new LinkedHashMap<>();
        units.put("GiB", 1L << 30);
        units.put("MiB", 1L << 20);
        units.put("KiB", 1L << 10);
        units.put("GB", 1_000_000_000L);
        units.put("MB", 1_000_000L);
        units.put("KB", 1_000L);
        units.put("B", 1L);
        return units;
    }

    private static Map<String, Long> durationUnits() {
        Map<String, Long> units = new LinkedHashMap<>();
        units.put("d", 86_400_000L);
        units.put("h", 3_600_000L);
        units.put("m", 60_000L);
        units.put("s", 1_000L);
        units.put("ms", 1L);
        return units;
    }

    /** Bytes, or null if {@code text} is no size. A number without unit counts bytes; the case of the unit is free. */
    static @Nullable Long parseSize(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        String unit = group(matcher, 2).isEmpty() ? "B" : group(matcher, 2);
        for (Map.Entry<String, Long> known : SIZE_UNITS.entrySet()) {
            if (known.getKey().equalsIgnoreCase(unit)) {
                return times(group(matcher, 1), known.getValue());
            }
        }
        return null;
    }

    /** The time, or null if {@code text} is no duration. The unit must be there, but for a plain {@code 0}. */
    public static @Nullable Duration parseDuration(String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        Long unit = MILLIS_PER_UNIT.get(group(matcher, 2).toLowerCase(Locale.ROOT));
        Long millis = unit == null ? null : times(group(matcher, 1), unit);
        return millis == null ? null : Duration.ofMillis(millis);
    }

    static String formatSize(long bytes) {
        return format(bytes, SIZE_UNITS, "B");
    }

    static String formatDuration(Duration duration) {
        return format(duration.toMillis(), MILLIS_PER_UNIT, "ms");
    }

    private static String format(long amount, Map<String, Long> units, String smallest) {
        for (Map.Entry<String, Long> unit : units.entrySet()) {
            if (amount != 0 && amount % unit.getValue() == 0) {
                return amount / unit.getValue() + unit.getKey();
            }
        }
        return amount + smallest;
    }

    private static @Nullable Long times(String digits, long unit) {
        long high = Math.multiplyHigh(Long.parseLong(digits), unit);
        long low = Long.parseLong(digits) * unit;
        return high == 0 && low >= 0 ? (Long) low : null;
    }

    /** Both groups of the pattern always take part in a match, so neither is null. */
    private static String group(Matcher matcher, int index) {
        String group = matcher.group(index);
        return group == null ? "" : group;
    }
}
