package io.lacewing.cluster.hazelcast;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Real processes that are killed and frozen. Always run: a killed owner, and a member that begins anew. All scenarios n times:
 * {@code -Dlacewing.torture=n}, with {@code -Dlacewing.torture.ballast=} megabytes in shard 0; one of them:
 * {@code -Dlacewing.torture.only=FREEZE}.
 */
class TortureTest {
    private static final int TIMES = Integer.getInteger("lacewing.torture", 0);
    private static final int BALLAST = Integer.getInteger("lacewing.torture.ballast", 0) << 20;

    private static final @Nullable String ONLY = System.getProperty("lacewing.torture.only");

    static Stream<Torture> scenarios() {
        if (TIMES == 0) {
            return Stream.of(Torture.KILL_OWNER, Torture.BEGIN_ANEW);
        }
        List<Torture> chosen = ONLY == null ? List.of(Torture.values()) : List.of(Torture.valueOf(ONLY));
        return Stream.generate(chosen::stream).limit(TIMES).flatMap(each -> each);
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void nothingAcknowledgedIsLostAndNothingIsAppliedTwice(Torture scenario) {
        String seen = scenario.run(BALLAST);
        if (TIMES > 0) {
            System.out.println(seen);
        }
    }
}
