package io.lacewing.persistence.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.router.Message;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageUsesTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void itCountsAsAMapWould(long seed) {
        Random random = new Random(seed);
        MessageUses uses = new MessageUses();
        IdentityHashMap<Message, Integer> model = new IdentityHashMap<>();
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            messages.add(ShardDriver.message("a", 1, "m"));
        }
        for (int i = 0; i < 200_000; i++) {
            Message message = messages.get(random.nextInt(messages.size()));
            int before = model.getOrDefault(message, 0);
            boolean grows = i % 60_000 < 30_000;
            if (before == 0 || random.nextInt(10) < (grows ? 6 : 2)) {
                assertEquals(before == 0, uses.add(message));
                model.put(message, before + 1);
            } else {
                assertEquals(before == 1, uses.remove(message));
                model.compute(message, (m, n) -> n == null || n == 1 ? null : n - 1);
            }
            assertEquals(model.size(), uses.size());
        }
        for (Map.Entry<Message, Integer> left : model.entrySet()) {
            for (int n = left.getValue(); n > 1; n--) {
                assertFalse(uses.remove(left.getKey()));
            }
            assertTrue(uses.remove(left.getKey()));
            assertThrows(IllegalStateException.class, () -> uses.remove(left.getKey()));
        }
        assertEquals(0, uses.size());
    }
}
