package io.lacewing.persistence.journal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A listener that writes down what it is told. Any thread. */
final class Told implements Listener {
    final List<String> all = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void failing(String why) {
        all.add("failing: " + why);
    }

    @Override
    public void recovered() {
        all.add("recovered");
    }

    @Override
    public void wantCopy(int shard) {
        all.add("copy " + shard);
    }

    @Override
    public void wantRows(long mark) {
        all.add("rows " + mark);
    }

    /** What was told since, and forgets it. */
    List<String> take() {
        List<String> taken = List.copyOf(all);
        all.clear();
        return taken;
    }
}
