package io.lacewing.conformance.fuzz;

import io.lacewing.conformance.wire.Bytes;
import io.lacewing.conformance.wire.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What is sent on one connection: mostly a CONNECT in order and then packets of which at least one is spoiled, sometimes a
 * spoiled CONNECT, sometimes noise, sometimes nothing that the grammar does not make.
 *
 * @param seed the number that it is made from, and the only one
 * @param version what the CONNECT speaks before it is spoiled
 * @param bytes what is sent
 * @param cut where the second write begins
 */
public record Input(long seed, Version version, byte[] bytes, int cut) {
    private static final int MAX_PACKETS = 6;

    /** The input of a seed: always the same. */
    public static Input of(long seed) {
        // Neighbouring seeds give Random similar first numbers; the multiplication spreads them.
        Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        Version version = random.nextBoolean() ? Version.V5 : Version.V3;
        PacketGrammar grammar = new PacketGrammar(random, version);
        Spoiler spoiler = new Spoiler(random);
        List<byte[]> packets = new ArrayList<>();
        packets.add(grammar.connect());
        int count = random.nextInt(MAX_PACKETS) + 1;
        for (int i = 0; i < count; i++) {
            packets.add(grammar.any());
        }
        int choice = random.nextInt(20);
        if (choice == 0) {
            packets.clear();
            packets.add(spoiler.noise());
        } else if (choice > 1) {
            int victim = choice < 5 ? 0 : 1 + random.nextInt(count);
            packets.set(victim, spoiler.spoil(packets.get(victim)));
        }
        Bytes all = new Bytes();
        packets.forEach(all::raw);
        byte[] bytes = all.toArray();
        return new Input(seed, version, bytes, random.nextInt(bytes.length + 1));
    }
}
