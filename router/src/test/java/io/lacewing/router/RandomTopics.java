package io.lacewing.router;

import java.util.Random;

/** Filters and topics of a small world, so that random ones often meet: short, with empty levels and '$' ones. */
final class RandomTopics {
    private static final String[] LEVELS = {"", "a", "b", "Aa", "BB", "$", "$a"};

    private RandomTopics() {}

    static TopicName topic(Random random) {
        return TopicName.of(levels(random, false));
    }

    static TopicFilter filter(Random random) {
        String prefix = random.nextInt(8) == 0 ? "$share/g" + random.nextInt(2) + "/" : "";
        return TopicFilter.of(prefix + levels(random, true));
    }

    private static String levels(Random random, boolean wildcards) {
        while (true) {
            StringBuilder text = new StringBuilder();
            int count = 1 + random.nextInt(5);
            boolean hash = wildcards && random.nextInt(4) == 0;
            for (int i = 0; i < count; i++) {
                boolean plus = wildcards && random.nextInt(4) == 0;
                text.append(i == 0 ? "" : "/");
                text.append(plus ? "+" : LEVELS[random.nextInt(LEVELS.length)]);
            }
            if (hash) {
                text.append(random.nextInt(6) == 0 ? "" : "/").append('#');
            }
            String value = text.toString();
            // "a#" is no filter, and neither is nothing.
            boolean glued = hash && value.length() > 1 && !value.endsWith("/#");
            if (!value.isEmpty() && !glued) {
                return value;
            }
        }
    }
}
