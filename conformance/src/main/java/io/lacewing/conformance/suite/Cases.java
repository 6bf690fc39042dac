package io.lacewing.conformance.suite;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Gathers cases. */
public final class Cases {
    private final List<Case> all = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    /** Begins a case; see {@link Case}. It is there after {@link Draft#run}. */
    public Draft of(String name, String title) {
        return new Draft(name, title);
    }

    /** All cases, in the order in which they were added. */
    public List<Case> all() {
        return List.copyOf(all);
    }

    /** A case in the making. */
    public final class Draft {
        private final String name;
        private final String title;
        private List<String> v3 = List.of();
        private List<String> v5 = List.of();

        private Draft(String name, String title) {
            this.name = name;
            this.title = title;
        }

        /** Run for MQTT 3.1.1, where it proves these statements. */
        public Draft v3(String... statements) {
            v3 = List.of(statements);
            return this;
        }

        /** Run for MQTT 5.0, where it proves these statements. */
        public Draft v5(String... statements) {
            v5 = List.of(statements);
            return this;
        }

        /** Ends the draft. */
        public void run(Case.Body body) {
            if (!names.add(name) || !name.matches("[a-z0-9]+\\.[a-z0-9-]+")) {
                throw new IllegalArgumentException("not a name for a case, or there twice: " + name);
            }
            if (v3.isEmpty() && v5.isEmpty()) {
                throw new IllegalArgumentException(name + " proves nothing");
            }
            all.add(new Case(name, title, v3, v5, body));
        }
    }
}
