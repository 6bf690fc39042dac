package io.lacewing.lab.history;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What the judge says.
 *
 * @param findings all that is wrong; empty if nothing is
 * @param figures for people, a line each
 */
public record Verdict(List<Finding> findings, List<String> figures) {
    private static final int EXAMPLES = 10;

    /** True if nothing is wrong. */
    public boolean clean() {
        return findings.isEmpty();
    }

    /** How many findings of a kind there are. */
    public long count(Finding.Kind kind) {
        return findings.stream().filter(finding -> finding.kind() == kind).count();
    }

    /** The same without findings of a kind that a scenario foresees; they stay in the figures. */
    public Verdict allowing(Finding.Kind kind) {
        List<String> more = new ArrayList<>(figures);
        if (count(kind) > 0) {
            more.add("foreseen here: " + count(kind) + " x " + kind.words());
        }
        return new Verdict(
                findings.stream().filter(finding -> finding.kind() != kind).toList(), more);
    }

    /** All figures and findings, a line each. */
    public String all() {
        StringBuilder text = new StringBuilder();
        figures.forEach(line -> text.append(line).append('\n'));
        findings.forEach(finding -> text.append(finding).append('\n'));
        return text.toString();
    }

    /** The verdict for people: the figures, then each kind of fault with its first examples. */
    public String report() {
        StringBuilder text = new StringBuilder();
        figures.forEach(line -> text.append("  ").append(line).append('\n'));
        Map<Finding.Kind, List<Finding>> byKind = new EnumMap<>(Finding.Kind.class);
        findings.forEach(finding -> byKind.computeIfAbsent(finding.kind(), kind -> new ArrayList<>())
                .add(finding));
        byKind.forEach((kind, found) -> {
            text.append(kind)
                    .append(": ")
                    .append(found.size())
                    .append(" x ")
                    .append(kind.words())
                    .append('\n');
            found.stream()
                    .limit(EXAMPLES)
                    .forEach(finding -> text.append("  ")
                            .append(finding.who())
                            .append(": ")
                            .append(finding.what())
                            .append('\n'));
            if (found.size() > EXAMPLES) {
                text.append("  and ").append(found.size() - EXAMPLES).append(" more\n");
            }
        });
        return text.append(clean() ? "CLEAN\n" : "FAULTS\n").toString();
    }
}
