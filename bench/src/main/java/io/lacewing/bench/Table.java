package io.lacewing.bench;

import java.util.ArrayList;
import java.util.List;

/** Rows of cells as text, the first column to the left and the others to the right, as wide as they must be. */
final class Table {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    /** All rows have as many cells as the first. */
    Table row(String... cells) {
        rows.add(List.of(cells));
        return this;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int at = column;
                int width = rows.stream()
                        .mapToInt(other -> other.get(at).length())
                        .max()
                        .orElseThrow();
                String cell = row.get(column);
                String blank = " ".repeat(width - cell.length());
                line.append(column == 0 ? cell + blank : GAP + blank + cell);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
