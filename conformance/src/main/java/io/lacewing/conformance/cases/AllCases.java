package io.lacewing.conformance.cases;

import io.lacewing.conformance.suite.Case;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import java.util.List;

/** All cases of the suite. */
public final class AllCases {
    private static final List<Chapter> CHAPTERS = List.of(
            new ConnectCases(),
            new HostileBulkCases(),
            new HostileConnectCases(),
            new HostileHeaderCases(),
            new HostilePropertyCases(),
            new HostileTextCases(),
            new HostileTopicCases(),
            new HostileTruncationCases());

    private AllCases() {}

    /** The cases, chapter by chapter. */
    public static List<Case> list() {
        Cases cases = new Cases();
        CHAPTERS.forEach(chapter -> chapter.addTo(cases));
        return cases.all();
    }
}
