package io.lacewing.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a rules file costs per message. */
final class Authorization implements Measurement {
    private static final String RULES = "rules";

    /** More than a connection remembers decisions for. */
    private static final int MANY_TOPICS = 256;

    @Override
    public String name() {
        return "authorization";
    }

    @Override
    public String summary() {
        return "CPU time per message with a rules file (auth.aclFile) against that without";
    }

    @Override
    public String what() {
        return """
                Three nodes side by side: two without rules, one with --rules of them, many with placeholders, of which the last
                allows the messages. They take short turns of the same load. Shown is the CPU time of the node's process per
                delivered message, in microseconds and as a ratio to the turn beside it: the median of the turns, with the least
                and the most. 'same again' are two nodes without rules: what differs no more than that is noise. Publishers
                have one topic each, whose decision is remembered, or (256 topics) more than are remembered, so that the rules
                are gone through for most messages.
                """;
    }

    @Override
    public List<Options.Option> options() {
        List<Options.Option> options = new ArrayList<>();
        options.add(new Options.Option(RULES, 50, "rules in the file, at least 2"));
        options.addAll(Paired.options());
        return options;
    }

    @Override
    public void run(Environment environment) throws IOException {
        int rules = Math.max(2, environment.number(RULES));
        Path file = environment.workplace().dir().resolve("rules.yaml");
        Files.writeString(file, rules(rules));
        List<Stream.Shape> shapes = new ArrayList<>(Paired.shapes(environment, 1));
        shapes.addAll(Paired.shapes(environment, MANY_TOPICS));
        Paired.run(environment, rules + " rules", List.of("auth.aclFile=" + file), shapes);
    }

    /** So many rules, of which only the last two are about the topics of a {@link Stream}. */
    static String rules(int count) {
        StringBuilder text = new StringBuilder("rules:\n");
        for (int i = 0; i < count - 2; i++) {
            text.append(i % 8 == 0 ? "  - {deny: all, topics: " : "  - {allow: all, topics: ")
                    .append(
                            switch (i % 4) {
                                case 0 -> "['plant/area" + i + "/#']";
                                case 1 -> "['plant/${clientid}/area" + i + "/+']";
                                case 2 -> "['bench/area" + i + "/#', 'bench/+/${clientid}/area" + i + "']";
                                default -> "['site" + i + "/+/${clientid}/#']";
                            })
                    .append("}\n");
        }
        return text.append("  - {allow: subscribe, topics: ['bench/#']}\n")
                .append("  - {allow: publish, topics: ['bench/${clientid}/+'], qos: [0, 1], retain: false}\n")
                .toString();
    }
}
