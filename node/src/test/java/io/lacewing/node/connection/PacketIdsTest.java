package io.lacewing.node.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PacketIdsTest {

    @Test
    void isASet() {
        Random random = new Random(7);
        PacketIds ids = new PacketIds();
        Set<Integer> model = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            // Close together, and round the end of the table.
            int id = 1 + random.nextInt(40) + (random.nextBoolean() ? 65_495 : 0);
            assertEquals(model.contains(id), ids.contains(id));
            if (random.nextBoolean()) {
                assertEquals(model.add(id), ids.add(id));
            } else {
                assertEquals(model.remove(id), ids.remove(id));
            }
            assertEquals(model.size(), ids.size());
            assertEquals(model.isEmpty(), ids.isEmpty());
        }
    }
}
