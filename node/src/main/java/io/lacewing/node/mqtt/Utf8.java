package io.lacewing.node.mqtt;

/**
 * Checks strings as 1.5.4 wants them: well-formed by RFC 3629 (no overlong form, no surrogate, nothing above U+10FFFF)
 * [MQTT-1.5.4-1] and without U+0000 [MQTT-1.5.4-2]. The JDK's decoder would replace what is wrong instead.
 */
final class Utf8 {
    private Utf8() {}

    /**
     * Checks the first {@code length} bytes.
     *
     * @throws PacketException if they are not an MQTT string
     */
    static void check(byte[] bytes, int length) {
        int i = 0;
        while (i < length) {
            int b = bytes[i];
            if (b > 0) {
                i++;
            } else if (b == 0) {
                throw PacketException.malformed("string holds U+0000 [MQTT-1.5.4-2]");
            } else {
                i = checkSequence(bytes, i, length);
            }
        }
    }

    /** True if all of it is well-formed; U+0000 is, as this is no MQTT string. */
    static boolean isWellFormed(byte[] bytes) {
        int i = 0;
        while (i >= 0 && i < bytes.length) {
            i = bytes[i] >= 0 ? i + 1 : afterSequence(bytes, i, bytes.length);
        }
        return i >= 0;
    }

    private static int checkSequence(byte[] bytes, int i, int length) {
        int next = afterSequence(bytes, i, length);
        if (next < 0) {
            throw PacketException.malformed("string is not well-formed UTF-8 [MQTT-1.5.4-1]");
        }
        return next;
    }

    /** Where the next character starts after the sequence of two to four bytes at {@code i}; -1 if it is ill-formed. */
    private static int afterSequence(byte[] bytes, int i, int length) {
        int lead = bytes[i] & 0xFF;
        int more;
        int lowest = 0x80;
        int highest = 0xBF;
        if (lead >= 0xC2 && lead <= 0xDF) {
            more = 1;
        } else if (lead >= 0xE0 && lead <= 0xEF) {
            more = 2;
            lowest = lead == 0xE0 ? 0xA0 : 0x80;
            highest = lead == 0xED ? 0x9F : 0xBF;
        } else if (lead >= 0xF0 && lead <= 0xF4) {
            more = 3;
            lowest = lead == 0xF0 ? 0x90 : 0x80;
            highest = lead == 0xF4 ? 0x8F : 0xBF;
        } else {
            return -1;
        }
        if (i + more >= length) {
            return -1;
        }
        int second = bytes[i + 1] & 0xFF;
        if (second < lowest || second > highest) {
            return -1;
        }
        for (int k = 2; k <= more; k++) {
            if ((bytes[i + k] & 0xC0) != 0x80) {
                return -1;
            }
        }
        return i + more + 1;
    }
}
