package io.lacewing.conformance.fuzz;

import io.lacewing.conformance.wire.Bytes;
import java.util.Arrays;
import java.util.Random;

/** Spoils packets, as a fault on the way, a bad client or an attacker would. */
final class Spoiler {
    private static final int[] EDGES = {0x00, 0x01, 0x7F, 0x80, 0xFF};

    /** Text that is not well-formed, or that MQTT forbids: surrogates, overlong forms, beyond Unicode, U+0000, cut short. */
    private static final byte[][] BAD_TEXT = {
        Bytes.of(0xED, 0xA0, 0x80),
        Bytes.of(0xED, 0xBF, 0xBF),
        Bytes.of(0xC0, 0x80),
        Bytes.of(0xE0, 0x80, 0xAF),
        Bytes.of(0xF4, 0x90, 0x80, 0x80),
        Bytes.of(0x00),
        Bytes.of(0xE2, 0x82),
        Bytes.of(0xFF)
    };

    private final Random random;

    Spoiler(Random random) {
        this.random = random;
    }

    /** The packet with one to three faults. */
    byte[] spoil(byte[] packet) {
        byte[] spoiled = packet;
        for (int i = random.nextInt(3); i >= 0; i--) {
            spoiled = once(spoiled);
        }
        return spoiled;
    }

    /** Bytes without a plan. */
    byte[] noise() {
        byte[] bytes = new byte[1 + random.nextInt(200)];
        random.nextBytes(bytes);
        if (random.nextBoolean()) {
            bytes[0] = 0x10;
        }
        return bytes;
    }

    private byte[] once(byte[] packet) {
        if (packet.length == 0) {
            return noise();
        }
        return switch (random.nextInt(14)) {
            case 0 -> flipped(packet);
            case 1 -> Arrays.copyOf(packet, random.nextInt(packet.length));
            case 2 -> replaced(packet, place(packet), place(packet), new byte[random.nextInt(4)]);
            case 3 -> with(packet, place(packet), EDGES[random.nextInt(EDGES.length)]);
            case 4 -> replaced(packet, place(packet), 0, BAD_TEXT[random.nextInt(BAD_TEXT.length)]);
            case 5 -> overwritten(packet, place(packet), BAD_TEXT[random.nextInt(BAD_TEXT.length)]);
            case 6 -> with(packet, 0, random.nextInt(256));
            case 7 ->
                remaining(
                        packet,
                        new Bytes()
                                .varInt(random.nextInt(1 << (1 + random.nextInt(27))))
                                .toArray());
            case 8 -> remaining(packet, Bytes.of(0xFF, 0xFF, 0xFF, 0xFF, random.nextInt(256)));
            case 9 -> remaining(packet, longForm(packet));
            case 10 -> doubled(packet);
            case 11 -> fitted(replaced(packet, place(packet), 0, BAD_TEXT[random.nextInt(BAD_TEXT.length)]));
            case 12 -> fitted(replaced(packet, place(packet), random.nextInt(4), new byte[random.nextInt(4)]));
            default -> shortened(packet);
        };
    }

    private int place(byte[] packet) {
        return random.nextInt(packet.length);
    }

    private byte[] flipped(byte[] packet) {
        int place = place(packet);
        return with(packet, place, packet[place] ^ (1 << random.nextInt(8)));
    }

    private static byte[] with(byte[] packet, int place, int value) {
        byte[] copy = packet.clone();
        copy[place] = (byte) value;
        return copy;
    }

    private static byte[] overwritten(byte[] packet, int place, byte[] by) {
        byte[] copy = packet.clone();
        System.arraycopy(by, 0, copy, place, Math.min(by.length, copy.length - place));
        return copy;
    }

    /** Some bytes taken away and others put in their place; the remaining length stays as it was. */
    private static byte[] replaced(byte[] packet, int place, int count, byte[] by) {
        int end = Math.min(packet.length, place + count);
        return new Bytes()
                .raw(Arrays.copyOf(packet, place))
                .raw(by)
                .raw(Arrays.copyOfRange(packet, end, packet.length))
                .toArray();
    }

    /** Another remaining length before the same body. */
    private static byte[] remaining(byte[] packet, byte[] length) {
        int body = body(packet);
        return new Bytes()
                .u8(packet[0])
                .raw(length)
                .raw(Arrays.copyOfRange(packet, body, packet.length))
                .toArray();
    }

    /** The right remaining length in more bytes than it needs. */
    private byte[] longForm(byte[] packet) {
        int length = packet.length - body(packet);
        return Bytes.of((length & 0x7F) | 0x80, ((length >> 7) & 0x7F) | 0x80, (length >> 14) & 0x7F);
    }

    /** A part of the body twice, with the remaining length for it: properties that are there twice, for one. */
    private byte[] doubled(byte[] packet) {
        int body = body(packet);
        if (body >= packet.length) {
            return packet;
        }
        int from = body + random.nextInt(packet.length - body);
        int to = from + random.nextInt(packet.length - from) + 1;
        byte[] content = new Bytes()
                .raw(Arrays.copyOfRange(packet, body, to))
                .raw(Arrays.copyOfRange(packet, from, packet.length))
                .toArray();
        return new Bytes().u8(packet[0]).varInt(content.length).raw(content).toArray();
    }

    /** A body cut short, with the remaining length for it. */
    private byte[] shortened(byte[] packet) {
        int body = body(packet);
        byte[] content = Arrays.copyOfRange(packet, body, body + random.nextInt(packet.length - body + 1));
        return new Bytes().u8(packet[0]).varInt(content.length).raw(content).toArray();
    }

    /** The packet with the remaining length that it should have. */
    private static byte[] fitted(byte[] packet) {
        if (packet.length == 0) {
            return packet;
        }
        int body = body(packet);
        return remaining(packet, new Bytes().varInt(packet.length - body).toArray());
    }

    /** Where the body begins, also of what is no packet any more. */
    private static int body(byte[] packet) {
        int at = 1;
        while (at < packet.length && at < 4 && (packet[at] & 0x80) != 0) {
            at++;
        }
        return Math.min(packet.length, at + 1);
    }
}
