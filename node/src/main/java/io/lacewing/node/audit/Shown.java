package io.lacewing.node.audit;

import java.util.regex.Pattern;

/** What clients have chosen, made fit to be shown to people: short, and without what would break a line or change what it seems to say. */
public final class Shown {
    /** Characters of such a value in a line for people. */
    private static final int SHORT = 64;

    /** A JWT begins so: its first two parts are objects in base64. */
    private static final Pattern TOKEN = Pattern.compile("\\AeyJ[\\w-]*\\.eyJ");

    private Shown() {}

    /** The value in quotes, at most {@value #SHORT} characters of it. */
    public static String of(String text) {
        return of(text, SHORT);
    }

    /** The value in quotes, at most {@code most} characters of it. */
    public static String of(String text, int most) {
        String cut = cut(text, most);
        StringBuilder shown = new StringBuilder("'");
        cut.codePoints().forEach(point -> shown.appendCodePoint(isHarmless(point) && point != '\'' ? point : '?'));
        return shown.append(cut.length() < text.length() ? "'..." : "'").toString();
    }

    /** Words of the broker's own, in which there may be something that a client has chosen. */
    public static String words(String text) {
        if (text.codePoints().allMatch(Shown::isHarmless)) {
            return text;
        }
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(point -> shown.appendCodePoint(isHarmless(point) ? point : '?'));
        return shown.toString();
    }

    /** What a client has given as its user name; not if it is a token. */
    static String user(String userName) {
        return TOKEN.matcher(userName).find() ? "(a token)" : userName;
    }

    /** The first {@code most} characters. */
    static String cut(String text, int most) {
        return text.length() <= most
                ? text
                : text.substring(0, text.offsetByCodePoints(0, Math.min(most, text.codePointCount(0, text.length()))));
    }

    /** False for what moves the cursor, ends a line, or turns the direction of what follows. */
    static boolean isHarmless(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
