package io.lacewing.node.config;

/**
 * A value that a source gave to one key, still as text.
 *
 * @param path the full name with indices, as in {@code listeners.0.port}
 * @param text the value as written
 * @param origin where it was written, for messages: {@code lacewing.yaml:3:9}, {@code environment LACEWING_HTTP_PORT}
 */
record Setting(String path, String text, String origin) {
    private static final int SHOWN = 60;

    /** The start of a text, short enough and on one line, for messages. */
    static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
    }

    ConfigException refuse(String reason) {
        return new ConfigException(origin + ": " + path + " = " + shown(text) + ": " + reason);
    }
}
