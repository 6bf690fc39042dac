package io.lacewing.conformance.cases;

import io.lacewing.conformance.suite.Case;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import java.util.List;

/** All cases of the suite. */
public final class AllCases {
    private static final List<Chapter> CHAPTERS = List.of(
            new DataCases(),
            new IntegerCases(),
            new HeaderCases(),
            new PropertyBlockCases(),
            new ConnectCases(),
            new KeepAliveCases(),
            new ConnectPropertyCases(),
            new ClientIdCases(),
            new PacketSizeCases(),
            new ConnackCases(),
            new SessionCases(),
            new WillCases(),
            new WillDelayCases(),
            new PublishCases(),
            new RetainCases(),
            new PropertyCases(),
            new ExpiryCases(),
            new AliasCases(),
            new OverlapCases(),
            new AckCases(),
            new ReceiverCases(),
            new SenderCases(),
            new RedeliveryCases(),
            new OrderCases(),
            new FlowCases(),
            new StateCases(),
            new SubscribeCases(),
            new SubscriptionCases(),
            new KeptSessionCases(),
            new UnsubscribeCases(),
            new DisconnectCases(),
            new FarewellCases(),
            new TopicCases(),
            new MatchingCases(),
            new SharedCases(),
            new SharedDeliveryCases(),
            new AuthCases(),
            new ReauthenticationCases(),
            new WebSocketCases(),
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
