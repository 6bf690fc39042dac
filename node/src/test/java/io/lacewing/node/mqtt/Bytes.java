package io.lacewing.node.mqtt;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Bytes as tests write them: {@code "30 05 0001'a' 4142"} is hexadecimal, with text between apostrophes. */
public final class Bytes {
    private Bytes() {}

    /** The bytes of a text as above. */
    public static byte[] of(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean quoted = false;
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i++);
            if (c == '\'') {
                quoted = !quoted;
            } else if (quoted) {
                out.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            } else if (c != ' ' && c != '\n') {
                out.write(HexFormat.fromHexDigits(text, i - 1, i + 1));
                i++;
            }
        }
        return out.toByteArray();
    }

    /** A packet: its first byte, the remaining length as it must be, and the body. */
    public static byte[] packet(int first, String body) {
        return packet(first, of(body));
    }

    public static byte[] packet(int first, byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(first);
        int rest = body.length;
        while (rest >= 0x80) {
            out.write((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
        out.writeBytes(body);
        return out.toByteArray();
    }

    /** All of them in a row. */
    public static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    public static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
